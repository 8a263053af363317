package torpor.runtime.qemu.machine;

import torpor.core.instance.spec.VolumeMount;
import torpor.core.instance.volume.VolumeId;

/// A volume that a machine is to have.
///
/// @param number among the machine's volumes, from 0
/// @param path where the guest mounts it
public record VolumeOrder(int number, VolumeId volume, VolumeMount.Mode mode, String path) {

  /// As the guest's init is told.
  String record() {
    String access =
        switch (mode) {
          case READ_WRITE, COPY -> "rw";
          case READ_ONLY -> "ro";
          case OVERLAY -> "overlay";
        };
    return number + ":" + access + ":" + path;
  }
}
