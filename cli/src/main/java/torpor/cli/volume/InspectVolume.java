package torpor.cli.volume;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;
import torpor.cli.output.PrettyJson;

@Command(
    name = "inspect",
    description = "Print everything about a volume as JSON.",
    footerHeading = "%nExample:%n",
    footer = "  torpor volume inspect data")
final class InspectVolume extends ClientCommand {
  @Parameters(paramLabel = "VOLUME")
  private String name = "";

  InspectVolume(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    String answer = connection.get(Route.of("volumes", name).toString()).body();
    client().invocation().out().print(PrettyJson.of(answer));
    return ExitCode.OK;
  }
}
