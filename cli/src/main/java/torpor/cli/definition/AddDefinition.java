package torpor.cli.definition;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import torpor.cli.ClientCommand;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;
import torpor.wire.ByteSizes;
import torpor.wire.Definition;
import torpor.wire.DefinitionRequest;
import torpor.wire.Durations;
import torpor.wire.RawJson;
import torpor.wire.RetryPolicyRequest;
import torpor.wire.WireJson;

@Command(
    name = "add",
    description = "Add a definition, from a file or from flags.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  torpor definition add crawler.toml",
      "  torpor definition add app.wasm",
      "  torpor definition add --module app.wasm --name other -- --verbose",
      "  torpor definition add --runtime process --name backup -- ./backup.sh --all"
    })
final class AddDefinition extends ClientCommand {
  private static final String WASM = "wasm";

  /// What says how to reach a daemon, and nothing of the definition.
  private static final Set<String> ALWAYS = Set.of("--host", "--output", "--debug");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE | COMMAND",
      description = "a JSON, TOML or .wasm file; else the command, or the module's arguments")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "default: the name of the module's file")
  private Optional<String> name = Optional.empty();

  @Option(names = "--version", paramLabel = "VERSION", description = "default: 1")
  private String version = "1";

  @Option(
      names = "--runtime",
      paramLabel = "RUNTIME",
      description = "wasm or process; qemu needs a file with its config")
  private Optional<String> runtime = Optional.empty();

  @Option(names = "--module", paramLabel = "FILE", description = "the WebAssembly module")
  private Optional<Path> module = Optional.empty();

  @Option(names = "--arg", paramLabel = "ARG", description = "an argument of the module")
  private List<String> args = new ArrayList<>();

  @Option(names = "--env", paramLabel = "KEY=VALUE", description = "for every job")
  private Map<String, String> env = new LinkedHashMap<>();

  @Option(
      names = "--mount",
      paramLabel = "SOURCE:TARGET",
      description = "a directory of the host, for the module to read")
  private List<String> mounts = new ArrayList<>();

  @Option(
      names = "--workdir",
      paramLabel = "DIR",
      description = "where the command runs; default: an empty directory of the job")
  private Optional<Path> workdir = Optional.empty();

  @Option(names = "--memory", paramLabel = "SIZE", description = "limit, such as 256MiB")
  private Optional<String> memory = Optional.empty();

  @Option(names = "--timeout", paramLabel = "DURATION", description = "from spawn to end")
  private Optional<String> timeout = Optional.empty();

  @Option(
      names = "--retries",
      paramLabel = "N",
      description = "attempts after the first; default 2")
  private Optional<Integer> retries = Optional.empty();

  @Option(
      names = "--keep-snapshots",
      paramLabel = "N",
      description = "how many stay on disk; default 2")
  private Optional<Integer> keepSnapshots = Optional.empty();

  @Option(names = "--metadata", paramLabel = "KEY=VALUE", description = "shown, not interpreted")
  private Map<String, String> metadata = new LinkedHashMap<>();

  AddDefinition(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    takeModuleFromWords();
    DefinitionRequest request =
        runtime.isEmpty() && module.isEmpty() ? fromFile() : fromFlags(runtime.orElse(WASM));
    Definition added =
        connection
            .post(Route.of("definitions").toString(), WireJson.write(request))
            .as(Definition.class);
    client().print(added, added.name() + "@" + added.version() + "\n");
    return ExitCode.OK;
  }

  /// `add app.wasm` is `add --module app.wasm`.
  private void takeModuleFromWords() {
    if (module.isEmpty()
        && runtime.orElse(WASM).equals(WASM)
        && !words.isEmpty()
        && words.getFirst().endsWith(".wasm")) {
      module = Optional.of(Path.of(words.removeFirst()));
    }
  }

  private DefinitionRequest fromFile() {
    if (words.size() != 1) {
      throw CommandFailure.usage(
          "definition add needs one file, or flags",
          "name a .toml, .json or .wasm file, or a program: " + DefinitionFile.OF_A_PROGRAM);
    }
    String file = words.getFirst();
    refuseFlagsBeside(file);
    return DefinitionFile.read(directory().resolve(file));
  }

  /// They would silently do nothing.
  private void refuseFlagsBeside(String file) {
    spec.commandLine().getParseResult().matchedOptions().stream()
        .map(OptionSpec::longestName)
        .filter(name -> !ALWAYS.contains(name))
        .findFirst()
        .ifPresent(name -> {
          throw CommandFailure.usage(
              name + " does not go with the file " + file,
              "write it into the file, or leave it out");
        });
  }

  private DefinitionRequest fromFlags(String runtimeName) {
    ObjectNode config = WireJson.mapper().createObjectNode();
    if (module.isPresent()) {
      config.put("module", directory().resolve(module.get()).normalize().toString());
      args.forEach(config.withArray("args")::add);
      words.forEach(config.withArray("args")::add);
    } else {
      if (words.isEmpty() || runtimeName.equals(WASM)) {
        throw CommandFailure.usage(
            runtimeName.equals(WASM) ? "there is no module to run" : "there is nothing to run",
            "name a module: torpor definition add app.wasm; or a program: "
                + DefinitionFile.OF_A_PROGRAM);
      }
      String program = words.getFirst();
      boolean isPath = program.indexOf('/') >= 0;
      config
          .withArray("command")
          .add(isPath ? directory().resolve(program).normalize().toString() : program);
      words.stream().skip(1).forEach(config.withArray("command")::add);
    }
    env.forEach(config.withObject("env")::put);
    mounts.forEach(mount -> addMount(config.withArray("mounts"), mount));
    workdir.ifPresent(
        path -> config.put("workdir", directory().resolve(path).normalize().toString()));
    memory.ifPresent(size -> config.withObject("limits").put("memory", checkedSize(size)));
    dropEmpty(config);
    return new DefinitionRequest(
        name.orElseGet(this::nameOfModule),
        version,
        Optional.of(runtimeName),
        Optional.empty(),
        Optional.empty(),
        new RawJson(config.toString()),
        retries.map(AddDefinition::retryPolicy),
        timeout.map(AddDefinition::duration),
        keepSnapshots,
        metadata);
  }

  private Path directory() {
    return client().invocation().workingDirectory();
  }

  private String nameOfModule() {
    return module
        .map(path -> path.getFileName().toString().replaceFirst("\\.wasm$", ""))
        .orElseThrow(() -> CommandFailure.usage("the definition needs a name", "say --name NAME"));
  }

  private void addMount(ArrayNode array, String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0 || colon == text.length() - 1) {
      throw CommandFailure.usage(
          "\"" + text + "\" is no mount", "write --mount /directory/here:/directory/inside");
    }
    array
        .addObject()
        .put("source", directory().resolve(text.substring(0, colon)).normalize().toString())
        .put("target", text.substring(colon + 1))
        .put("read_only", true);
  }

  private static void dropEmpty(ObjectNode config) {
    List.copyOf(config.propertyNames()).stream()
        .filter(field -> config.get(field).isContainer() && config.get(field).isEmpty())
        .forEach(config::remove);
  }

  private static String checkedSize(String size) {
    try {
      ByteSizes.parse(size);
      return size;
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()), "write a size such as 256MiB");
    }
  }

  private static Duration duration(String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()), "write a duration such as 90s");
    }
  }

  private static RetryPolicyRequest retryPolicy(int retries) {
    return new RetryPolicyRequest(
        Optional.empty(),
        Optional.of(retries),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
