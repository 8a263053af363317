package torpor.cli.volume;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;

@Command(
    name = "detach",
    description = "Take a volume away from a stopped machine.",
    footerHeading = "%nExample:%n",
    footer = "  torpor volume detach data web")
final class DetachVolume extends ClientCommand {
  @Parameters(index = "0", paramLabel = "VOLUME")
  private String name = "";

  @Parameters(index = "1", paramLabel = "NAME")
  private String instance = "";

  DetachVolume(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    connection.delete(Route.of("instances", instance, "volumes", name).toString());
    client().say("detached " + name);
    return ExitCode.OK;
  }
}
