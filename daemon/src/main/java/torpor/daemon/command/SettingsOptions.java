package torpor.daemon.command;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.StandardPlaces;
import torpor.daemon.config.Configuration;
import torpor.daemon.config.Problem;
import torpor.daemon.config.SettingsLoader;
import torpor.daemon.config.Sources;

/// The options of every command that reads the configuration.
final class SettingsOptions {
  @Option(names = "--config", paramLabel = "FILE", description = "default: TORPOR_CONFIG")
  private Optional<Path> config = Optional.empty();

  @Option(names = "--data", paramLabel = "DIR", description = "the data directory")
  private Optional<String> data = Optional.empty();

  @Option(names = "--listen", paramLabel = "HOST:PORT", description = "default: 127.0.0.1:7070")
  private Optional<String> listen = Optional.empty();

  @Option(names = "--socket", paramLabel = "FILE", description = "default: torpor.sock in --data")
  private Optional<String> socket = Optional.empty();

  @Option(names = "--store", paramLabel = "STORE", description = "sqlite or postgresql://…")
  private Optional<String> store = Optional.empty();

  @Option(names = "--node", paramLabel = "NAME", description = "default: the host's name")
  private Optional<String> node = Optional.empty();

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "any key of the configuration")
  private Map<String, String> set = new LinkedHashMap<>();

  private final Invocation invocation;

  SettingsOptions(Invocation invocation) {
    this.invocation = invocation;
  }

  Configuration load() {
    Map<String, Sources.Flag> flags = new LinkedHashMap<>();
    set.forEach((key, value) -> flags.put(key, new Sources.Flag("--set " + key, value)));
    Map.of("data", data, "listen", listen, "socket", socket, "store", store, "node", node)
        .forEach((key, given) ->
            given.ifPresent(value -> flags.put(key, new Sources.Flag("--" + key, value))));
    Path standard =
        StandardPlaces.dataDirectory(
            invocation.environment(), invocation.home(), invocation.user());
    return SettingsLoader.load(Sources.ofThisProcess(flags, config, standard));
  }

  /// @throws CommandFailure with every problem, where there is one
  Configuration.Valid loadValid() {
    return switch (load()) {
      case Configuration.Valid valid -> valid;
      case Configuration.Invalid(var problems) -> {
        String all =
            problems.stream().map(Problem::toString).collect(Collectors.joining("\n        "));
        throw new CommandFailure(
            ExitCode.BAD_CONFIGURATION,
            "the configuration is wrong; nothing was started",
            all,
            "mend it and look at the result: torpor config show --origin");
      }
    };
  }
}
