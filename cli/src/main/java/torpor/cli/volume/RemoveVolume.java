package torpor.cli.volume;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;

@Command(
    name = "rm",
    description = "Delete volumes that no machine has, or snapshots of one volume.",
    footerHeading = "%nExamples:%n",
    footer = {"  torpor volume rm data", "  torpor volume rm data --snapshot before"})
final class RemoveVolume extends ClientCommand {
  @Parameters(arity = "1..*", paramLabel = "VOLUME")
  private List<String> names = List.of();

  @Option(
      names = "--snapshot",
      paramLabel = "SNAPSHOT",
      description = "only this snapshot, by number or name; may come several times")
  private List<String> snapshots = List.of();

  RemoveVolume(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    for (String name : names) {
      if (snapshots.isEmpty()) {
        connection.delete(Route.of("volumes", name).toString());
        client().say("removed " + name);
      }
      for (String snapshot : snapshots) {
        connection.delete(Route.of("volumes", name, "snapshots", snapshot).toString());
        client().say("removed snapshot " + snapshot + " of " + name);
      }
    }
    return ExitCode.OK;
  }
}
