package torpor.cli.snapshot;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;

@Command(
    name = "rm",
    description = "Delete snapshots that nothing depends on.",
    footerHeading = "%nExample:%n",
    footer = "  torpor snapshot rm web 3 before-upgrade")
final class RemoveSnapshot extends ClientCommand {
  @Parameters(index = "0", paramLabel = "NAME")
  private String instance = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "SNAPSHOT",
      description = "numbers, names or ids; torpor snapshot ls shows them")
  private List<String> snapshots = List.of();

  RemoveSnapshot(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    for (String snapshot : snapshots) {
      connection.delete(Route.of("instances", instance, "snapshots", snapshot).toString());
      client().say("removed snapshot " + snapshot);
    }
    return ExitCode.OK;
  }
}
