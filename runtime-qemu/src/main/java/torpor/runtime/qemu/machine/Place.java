package torpor.runtime.qemu.machine;

import java.nio.file.Path;
import torpor.runtime.qemu.vmm.MachineFiles;
import torpor.runtime.qemu.vmm.MachineName;

/// Where one life of a machine keeps its things.
///
/// @param instance the machine's own directory, the same for all of its lives
/// @param console where the workload's output goes
/// @param volumes where the volumes of this host are
public record Place(MachineName name, Path instance, Path console, Path volumes) {
  private static final String LIVES = "vm";

  /// Of a machine that has no volumes.
  public Place(MachineName name, Path instance, Path console) {
    this(name, instance, console, instance);
  }

  public Path directory() {
    return lives(instance).resolve(Integer.toString(name.generation()));
  }

  /// The writable disk's files; they outlive the machine.
  public Path disk() {
    return instance.resolve("disk");
  }

  /// What remembers how far the console has got.
  public Path journal() {
    return instance.resolve("console.offsets");
  }

  public MachineFiles files() {
    return new MachineFiles(directory());
  }

  /// The directory with all lives of a machine.
  public static Path lives(Path instance) {
    return instance.resolve(LIVES);
  }
}
