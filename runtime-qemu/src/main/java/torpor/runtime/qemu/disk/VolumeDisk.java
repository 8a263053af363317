package torpor.runtime.qemu.disk;

import java.util.List;
import torpor.core.instance.spec.VolumeMount;
import torpor.core.instance.volume.VolumeId;

/// A volume as a disk of a machine.
///
/// @param serial by which the guest finds it
/// @param bytes how large it looks to the guest
/// @param chain its files, bottom first; the last one is the machine's own, whatever the mode
public record VolumeDisk(
    String serial, VolumeId volume, VolumeMount.Mode mode, long bytes, List<DiskFile> chain) {
  public VolumeDisk {
    chain = List.copyOf(chain);
  }

  public static String serial(int number) {
    return "vol-" + number;
  }

  public VolumeDisk with(List<DiskFile> files) {
    return new VolumeDisk(serial, volume, mode, bytes, files);
  }

  /// Whether the guest may write to it.
  public boolean isWritten() {
    return mode == VolumeMount.Mode.READ_WRITE || mode == VolumeMount.Mode.COPY;
  }
}
