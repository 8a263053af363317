package torpor.runtime.qemu.vmm;

import java.nio.file.Path;

/// Where the running machine keeps its things.
///
/// @param directory of this life of the machine; its path is short enough for Unix sockets
public record MachineFiles(Path directory) {
  /// A Unix socket's path has at most 107 bytes.
  public static final int LONGEST_DIRECTORY = 107 - "/agent".length();

  /// The monitor that listens for later daemons.
  public Path monitor() {
    return directory.resolve("qmp");
  }

  /// Where the new QEMU dials us.
  public Path dial() {
    return directory.resolve("dial");
  }

  public Path agent() {
    return directory.resolve("agent");
  }

  /// What QEMU itself says.
  public Path log() {
    return directory.resolve("vmm.log");
  }

  /// The guest's serial console: what its kernel says.
  public Path serial() {
    return directory.resolve("serial.log");
  }
}
