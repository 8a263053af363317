package torpor.daemon.config;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/// Everything that settings are read from.
///
/// @param flags by key, what was given on the command line
/// @param configFile the file named by `--config`, before `TORPOR_CONFIG` is looked at
/// @param workingDirectory where `torpor.toml` is looked for
/// @param host facts of this host, for what is built in
public record Sources(
    Map<String, Flag> flags,
    Map<String, String> environment,
    Optional<Path> configFile,
    Path workingDirectory,
    Host host) {
  /// Some file systems do not say how large they are.
  private static final long OF_UNKNOWN_SIZE = 1L << 38;

  public Sources {
    flags = Map.copyOf(flags);
    environment = Map.copyOf(environment);
  }

  /// @param typed the flag as it was typed, without the value, which may be a secret
  public record Flag(String typed, String value) {}

  /// @param data the standard data directory of this user
  /// @param maxHeapBytes what this process may hold in memory
  /// @param memoryBytes that the host has
  /// @param diskBytes how large the file system is that a file is on, or will be
  public record Host(
      Path data,
      String name,
      long maxHeapBytes,
      int processors,
      long memoryBytes,
      ToLongFunction<Path> diskBytes) {
    public static Host ofThisOne(Path data) {
      return new Host(
          data,
          hostName(),
          Runtime.getRuntime().maxMemory(),
          Runtime.getRuntime().availableProcessors(),
          memory(),
          Sources::disk);
    }
  }

  /// This process: its environment and its host.
  public static Sources ofThisProcess(
      Map<String, Flag> flags, Optional<Path> configFile, Path standardData) {
    return new Sources(
        flags,
        System.getenv(),
        configFile,
        Path.of("").toAbsolutePath(),
        Host.ofThisOne(standardData));
  }

  private static long memory() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory();
  }

  private static long disk(Path file) {
    Path there = file.toAbsolutePath().normalize();
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    long bytes = there.toFile().getTotalSpace();
    return bytes > 0 ? bytes : OF_UNKNOWN_SIZE;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
