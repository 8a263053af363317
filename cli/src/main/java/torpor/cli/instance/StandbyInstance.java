package torpor.cli.instance;

import picocli.CommandLine.Command;
import torpor.cli.Invocation;

@Command(
    name = "standby",
    description = "Write machines' memory to disk and free it; nothing runs any more.",
    footerHeading = "%nExample:%n",
    footer = "  torpor standby web")
final class StandbyInstance extends ChangeInstance {
  StandbyInstance(Invocation invocation) {
    super(invocation, "standby");
  }
}
