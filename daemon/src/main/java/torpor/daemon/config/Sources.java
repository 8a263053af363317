package torpor.daemon.config;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

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
  public Sources {
    flags = Map.copyOf(flags);
    environment = Map.copyOf(environment);
  }

  /// @param typed the flag as it was typed, without the value, which may be a secret
  public record Flag(String typed, String value) {}

  /// @param data the standard data directory of this user
  /// @param maxHeapBytes what this process may hold in memory
  /// @param memoryBytes that the host has
  public record Host(Path data, String name, long maxHeapBytes, int processors, long memoryBytes) {
    public static Host ofThisOne(Path data) {
      return new Host(
          data,
          hostName(),
          Runtime.getRuntime().maxMemory(),
          Runtime.getRuntime().availableProcessors(),
          memory());
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

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
