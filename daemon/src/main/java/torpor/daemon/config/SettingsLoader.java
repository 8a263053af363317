package torpor.daemon.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import torpor.cli.CommandFailure;
import torpor.network.NetworkSettings;
import torpor.wire.Suggestion;

/// Reads every source and makes [Settings] of them, or says everything that is wrong at once.
public final class SettingsLoader {
  private static final String CONFIG_VARIABLE = "TORPOR_CONFIG";
  private static final String FILE_NAME = "torpor.toml";

  private SettingsLoader() {}

  /// Reads files and nothing else.
  public static Configuration load(Sources sources) {
    List<Layer> layers = new ArrayList<>();
    layers.add(flags(sources));
    layers.add(environment(sources));
    namedFile(sources).ifPresent(file -> layers.add(file(file, true)));
    layers.add(file(sources.workingDirectory().resolve(FILE_NAME), false));
    layers.add(packaged(sources.workingDirectory()));

    Resolution resolution = new Resolution(layers);
    Settings settings = settings(resolution, sources.host());
    return resolution.problems().isEmpty()
        ? new Configuration.Valid(settings, resolution.shown())
        : new Configuration.Invalid(resolution.problems());
  }

  private static Settings settings(Resolution resolution, Sources.Host host) {
    Path data = resolution.value(Key.DATA, host.data());
    return new Settings(
        data,
        resolution.value(Key.LISTEN, new ListenAddress("127.0.0.1", 7070)),
        socket(resolution, data),
        resolution.value(Key.STORE, new StoreSetting.Sqlite()),
        resolution.value(Key.NODE, nodeName(host.name())),
        resolution.value(Key.RUNTIMES, Settings.KNOWN_RUNTIMES),
        new Settings.Limits(
            resolution.value(Key.MAX_MACHINES, 64), resolution.value(Key.MAX_BODY, 8L << 20)),
        new Settings.Wasm(
            resolution.value(Key.WASM_MEMORY, host.maxHeapBytes() / 2),
            resolution.value(Key.WASM_CACHE, data.resolve("cache").resolve("wasm")),
            resolution.value(Key.WASM_DURABLE_SLEEP, Duration.ofSeconds(1))),
        machines(resolution, data, host));
  }

  /// Memory is not overcommitted by itself, processors and disk are: those wait, or are not used.
  private static Settings.Machines machines(Resolution resolution, Path data, Sources.Host host) {
    double cpus = resolution.value(Key.CPU_OVERCOMMIT, 8.0);
    double memory = resolution.value(Key.MEMORY_OVERCOMMIT, 0.75);
    double disk = resolution.value(Key.DISK_OVERCOMMIT, 16.0);
    return new Settings.Machines(
        resolution.value(Key.MACHINES_CPUS, Math.max(1, (int) (host.processors() * cpus))),
        resolution.value(Key.MACHINES_MEMORY, (long) (host.memoryBytes() * memory)),
        resolution.value(Key.MACHINES_DISK, (long) (host.diskBytes().applyAsLong(data) * disk)),
        resolution.value(Key.MACHINES_KERNEL, data.resolve("kernels")),
        resolution.value(Key.MACHINES_COMPRESSION, "none"),
        resolution.value(Key.MACHINES_COLD_AFTER, Duration.ofHours(1)),
        resolution.value(Key.MACHINES_DRILL, Duration.ofHours(1)),
        network(resolution));
  }

  private static Settings.Network network(Resolution resolution) {
    int mtu = resolution.value(Key.NETWORK_MTU, 0);
    return new Settings.Network(
        resolution.value(Key.NETWORK_POOL, NetworkSettings.DEFAULT_POOL),
        resolution.value(Key.NETWORK_RESERVED, List.of()),
        resolution.value(Key.NETWORK_NAMESERVERS, List.of()),
        mtu == 0 ? OptionalInt.empty() : OptionalInt.of(mtu));
  }

  private static Path socket(Resolution resolution, Path data) {
    Path socket = resolution.value(Key.SOCKET, data.resolve("torpor.sock"));
    return resolution.checked(Key.SOCKET, ValueTypes.socketPath(socket), socket);
  }

  /// A host name as a node name: what is not allowed in one becomes a hyphen.
  private static String nodeName(String hostName) {
    String allowed = hostName.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-");
    String trimmed = allowed.replaceAll("^[.-]+", "");
    return trimmed.isEmpty() ? "node" : trimmed.substring(0, Math.min(63, trimmed.length()));
  }

  private static Layer flags(Sources sources) {
    Map<String, Given> values = new LinkedHashMap<>();
    sources
        .flags()
        .forEach((name, flag) ->
            values.put(
                name,
                new Given(
                    new Given.Content.Text(flag.value()),
                    new Origin.Flag(flag.typed()),
                    sources.workingDirectory())));
    return Layer.of(values);
  }

  /// Variables that are not ours to read are left alone; one that is a slip away from a setting is
  /// a problem, for it would otherwise silently do nothing.
  private static Layer environment(Sources sources) {
    Map<String, Given> values = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    Map<String, String> keyOf = new LinkedHashMap<>();
    Key.ALL.forEach(key -> keyOf.put(key.variable(), key.name()));
    List<String> shortNames =
        keyOf.keySet().stream().map(name -> name.substring("TORPOR_".length())).toList();
    sources
        .environment()
        .forEach((variable, text) -> {
          Optional<String> key = Optional.ofNullable(keyOf.get(variable));
          if (key.isPresent()) {
            Origin origin = new Origin.Environment(variable);
            Given.Content content = new Given.Content.Text(text);
            values.put(key.get(), new Given(content, origin, sources.workingDirectory()));
          } else if (variable.startsWith("TORPOR_") && !OTHER_VARIABLES.contains(variable)) {
            Suggestion.nearest(variable.substring("TORPOR_".length()), shortNames)
                .ifPresent(meant -> problems.add(unknownVariable(variable, meant)));
          }
        });
    return new Layer(values, problems);
  }

  /// Ours, and not settings of the daemon.
  private static final List<String> OTHER_VARIABLES =
      List.of(CONFIG_VARIABLE, "TORPOR_HOST", "TORPOR_API_KEY", "TORPOR_JAVA_HOME");

  private static Problem unknownVariable(String variable, String meant) {
    return new Problem(
        "environment " + variable,
        "there is no such setting",
        "did you mean TORPOR_" + meant + "?");
  }

  private static Optional<Path> namedFile(Sources sources) {
    Optional<Path> named =
        sources
            .configFile()
            .or(() ->
                Optional.ofNullable(sources.environment().get(CONFIG_VARIABLE))
                    .filter(text -> !text.isEmpty())
                    .map(Path::of));
    return named.map(file -> sources.workingDirectory().resolve(file).normalize());
  }

  private static Layer file(Path file, boolean required) {
    if (!required && !Files.exists(file)) {
      return Layer.of(Map.of());
    }
    try {
      Path base = Optional.ofNullable(file.getParent()).orElse(file);
      return TomlLayer.read(
          Files.readString(file),
          base,
          position -> new Origin.InFile(file, position.line(), position.column()));
    } catch (IOException e) {
      Problem unreadable =
          new Problem(
              file.toString(),
              "this configuration file cannot be read: " + CommandFailure.reason(e),
              "make it readable, or name another with --config or " + CONFIG_VARIABLE);
      return new Layer(Map.of(), List.of(unreadable));
    }
  }

  private static Layer packaged(Path base) {
    try (InputStream in = SettingsLoader.class.getResourceAsStream("defaults.toml")) {
      if (in == null) {
        throw new IllegalStateException("the packaged defaults are missing");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return TomlLayer.read(text, base, _ -> new Origin.Packaged());
    } catch (IOException e) {
      throw new UncheckedIOException("read the packaged defaults", e);
    }
  }
}
