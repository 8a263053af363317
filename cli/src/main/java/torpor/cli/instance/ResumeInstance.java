package torpor.cli.instance;

import picocli.CommandLine.Command;
import torpor.cli.Invocation;

@Command(
    name = "resume",
    description = "Let paused machines go on.",
    footerHeading = "%nExample:%n",
    footer = "  torpor resume web")
final class ResumeInstance extends ChangeInstance {
  ResumeInstance(Invocation invocation) {
    super(invocation, "resume");
  }
}
