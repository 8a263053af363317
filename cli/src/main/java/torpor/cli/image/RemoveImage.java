package torpor.cli.image;

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
    description = "Delete images that no machine uses.",
    footerHeading = "%nExample:%n",
    footer = "  torpor image rm nginx:alpine")
final class RemoveImage extends ClientCommand {
  @Parameters(arity = "1..*", paramLabel = "IMAGE")
  private List<String> names = List.of();

  RemoveImage(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    for (String name : names) {
      connection.delete(Route.of("images", name).toString());
      client().say("removed " + name);
    }
    return ExitCode.OK;
  }
}
