package torpor.cli.volume;

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
    description = "Delete volumes that no machine has.",
    footerHeading = "%nExample:%n",
    footer = "  torpor volume rm data")
final class RemoveVolume extends ClientCommand {
  @Parameters(arity = "1..*", paramLabel = "VOLUME")
  private List<String> names = List.of();

  RemoveVolume(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    for (String name : names) {
      connection.delete(Route.of("volumes", name).toString());
      client().say("removed " + name);
    }
    return ExitCode.OK;
  }
}
