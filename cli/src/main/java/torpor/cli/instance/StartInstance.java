package torpor.cli.instance;

import picocli.CommandLine.Command;
import torpor.cli.Invocation;

@Command(
    name = "start",
    description = "Start stopped machines.",
    footerHeading = "%nExample:%n",
    footer = "  torpor start web")
final class StartInstance extends ChangeInstance {
  StartInstance(Invocation invocation) {
    super(invocation, "start");
  }
}
