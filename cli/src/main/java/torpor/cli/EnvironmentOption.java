package torpor.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/// The environment of whatever a command runs.
public final class EnvironmentOption {
  @Option(
      names = {"-e", "--env"},
      paramLabel = "KEY[=VALUE]",
      description = "for its environment; without a value, the one that it has here")
  private List<String> entries = List.of();

  /// @param own the environment of this process
  /// @throws CommandFailure where an entry names nothing, or has no value here either
  public Map<String, String> read(Map<String, String> own) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String entry : entries) {
      int equals = entry.indexOf('=');
      if (equals == 0 || entry.isEmpty()) {
        throw CommandFailure.usage(
            "--env \"" + entry + "\" names no variable", "write --env KEY=VALUE");
      }
      if (equals > 0) {
        environment.put(entry.substring(0, equals), entry.substring(equals + 1));
      } else if (own.containsKey(entry)) {
        environment.put(entry, own.getOrDefault(entry, ""));
      } else {
        throw CommandFailure.usage(
            "--env " + entry + " has no value", "write --env " + entry + "=VALUE, or set it here");
      }
    }
    return environment;
  }
}
