package torpor.runtime.qemu.machine;

import java.nio.file.Path;
import java.util.Optional;
import torpor.core.image.ImageDigest;
import torpor.runtime.qemu.agent.Records;
import torpor.runtime.qemu.vmm.Hardware;
import torpor.runtime.qemu.vmm.Launch;

/// What is to be built.
///
/// @param rootfs the image's root file system
/// @param diskBytes how large the writable disk looks to the guest
/// @param config what the guest's init is told to run
public record Blueprint(
    Hardware hardware,
    ImageDigest image,
    Path rootfs,
    long diskBytes,
    Records config,
    Identity identity) {

  /// Serial numbers of the disks that every machine has, by which the guest finds them.
  public static final String ROOTFS = "rootfs";

  public static final String OVERLAY = "overlay";
  public static final String CONFIG = "config";

  Optional<Launch.Wire> wire() {
    return wire(identity);
  }

  static Optional<Launch.Wire> wire(Identity identity) {
    return identity
        .network()
        .map(place -> new Launch.Tap(place.namespace(), place.tap(), place.mac()));
  }
}
