package torpor.cli.instance;

import picocli.CommandLine.Command;
import torpor.cli.Invocation;

@Command(
    name = "pause",
    description = "Stop machines' processors; memory stays.",
    footerHeading = "%nExample:%n",
    footer = "  torpor pause web")
final class PauseInstance extends ChangeInstance {
  PauseInstance(Invocation invocation) {
    super(invocation, "pause");
  }
}
