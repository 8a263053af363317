package torpor.runtime.qemu.machine;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import torpor.core.image.ImageDigest;
import torpor.runtime.qemu.agent.Records;
import torpor.runtime.qemu.disk.VolumeDisk;
import torpor.runtime.qemu.vmm.Hardware;
import torpor.runtime.qemu.vmm.Launch;

/// What is to be built.
///
/// @param rootfs the image's root file system
/// @param diskBytes how large the writable disk looks to the guest
/// @param config what the guest's init is told to run
/// @param volumes in the order of their numbers
public record Blueprint(
    Hardware hardware,
    ImageDigest image,
    Path rootfs,
    long diskBytes,
    Records config,
    Identity identity,
    List<VolumeOrder> volumes) {

  /// Serial numbers of the disks that every machine has, by which the guest finds them.
  public static final String ROOTFS = "rootfs";

  public static final String OVERLAY = "overlay";
  public static final String CONFIG = "config";

  public Blueprint {
    volumes = List.copyOf(volumes);
  }

  /// The serial numbers of all disks of a machine with so many volumes.
  public static List<String> disks(int volumes) {
    return Stream.concat(
            Stream.of(ROOTFS, OVERLAY, CONFIG),
            IntStream.range(0, volumes).mapToObj(VolumeDisk::serial))
        .toList();
  }

  /// What the guest's init is told.
  Records instructions() {
    Records all = config;
    for (VolumeOrder volume : volumes) {
      all = all.with("volume", volume.record());
    }
    return all;
  }

  Optional<Launch.Wire> wire() {
    return wire(identity);
  }

  static Optional<Launch.Wire> wire(Identity identity) {
    return identity
        .network()
        .map(place -> new Launch.Tap(place.namespace(), place.tap(), place.mac()));
  }
}
