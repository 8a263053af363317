package torpor.runtime.qemu;

import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import torpor.engine.image.Images;
import torpor.runtime.qemu.upkeep.UpkeepSettings;
import torpor.runtime.qemu.vmm.Accelerator;

/// What the runtime is opened with.
///
/// @param owner names the data directory in the command lines of its machines: the same one every
///   time the same directory is served; at most 64 letters, digits and dots count
/// @param directory for templates and blank disks, on the file system of the instances
/// @param kernel a directory as `guest/init/kernel.sh` prints it
/// @param images where root file systems come from
/// @param guestApi where programs in the guests reach the daemon; empty leaves them with the
///   network they have
/// @param qemu the program, where it is not the one on the PATH
/// @param accelerator the one to use, where it is not to be found out
/// @param templates whether templates are made and used
/// @param upkeep what is done to snapshots after they were taken
public record QemuSettings(
    String owner,
    Path directory,
    Path kernel,
    Images images,
    Optional<SocketAddress> guestApi,
    Optional<Path> qemu,
    Optional<Accelerator> accelerator,
    boolean templates,
    UpkeepSettings upkeep) {

  /// With snapshots that are left as they were taken, but for their chains.
  public QemuSettings(
      String owner,
      Path directory,
      Path kernel,
      Images images,
      Optional<SocketAddress> guestApi,
      Optional<Path> qemu,
      Optional<Accelerator> accelerator,
      boolean templates) {
    this(
        owner,
        directory,
        kernel,
        images,
        guestApi,
        qemu,
        accelerator,
        templates,
        UpkeepSettings.NONE);
  }

  /// The same with this done to snapshots after they were taken.
  public QemuSettings with(UpkeepSettings care) {
    return new QemuSettings(
        owner, directory, kernel, images, guestApi, qemu, accelerator, templates, care);
  }
}
