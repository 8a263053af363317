package torpor.cli.job;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.EnvironmentOption;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.JsonArgument;
import torpor.cli.QuantityOption;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;
import torpor.cli.definition.DefinitionReference;
import torpor.wire.JobCreated;
import torpor.wire.JobRequest;
import torpor.wire.RawJson;
import torpor.wire.WireJson;

@Command(
    name = "spawn",
    description = "Start a job of a definition and print its id.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  torpor job spawn crawler --params '{\"pages\": 3}'",
      "  torpor job spawn crawler@2 --params @params.json --wait"
    })
final class SpawnJob extends ClientCommand {
  @Parameters(paramLabel = "NAME[@VERSION]")
  private String reference = "";

  @Option(
      names = {"-p", "--params"},
      paramLabel = "JSON|@FILE",
      description = "what the program is given; @- reads stdin")
  private Optional<String> params = Optional.empty();

  @Mixin private final EnvironmentOption env = new EnvironmentOption();

  @Option(names = "--metadata", paramLabel = "KEY=VALUE", description = "shown, not interpreted")
  private Map<String, String> metadata = new LinkedHashMap<>();

  @Option(names = "--timeout", paramLabel = "DURATION", description = "from spawn to end")
  private Optional<String> timeout = Optional.empty();

  @Option(
      names = {"-w", "--wait"},
      description = "wait for the end, print the output, exit with the program's exit code")
  private boolean wait;

  @Option(
      names = {"-f", "--follow"},
      description = "as --wait, and show the program's log on stderr meanwhile")
  private boolean follow;

  SpawnJob(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    DefinitionReference definition = DefinitionReference.parse(reference);
    JobRequest request =
        new JobRequest(
            definition.name(),
            Optional.of(definition.version()),
            params
                .map(text -> JsonArgument.read("--params", text, client().invocation()))
                .orElse(RawJson.NULL),
            env.read(client().invocation().environment()),
            metadata,
            timeout.map(text -> QuantityOption.duration("--timeout", text)));
    JobCreated created =
        connection.post(Route.of("jobs").toString(), WireJson.write(request)).as(JobCreated.class);
    if (!wait && !follow) {
      client().print(created, created.jobId() + "\n");
      return ExitCode.OK;
    }
    client().say("spawned " + created.jobId());
    if (follow) {
      new JobLog(client(), connection).follow(created.jobId(), client().invocation().err());
    }
    return JobResults.show(client(), JobResults.await(connection, created.jobId()));
  }
}
