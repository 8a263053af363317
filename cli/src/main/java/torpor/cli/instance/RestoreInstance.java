package torpor.cli.instance;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import torpor.cli.Invocation;

@Command(
    name = "restore",
    description = "Go on from memory: the newest snapshot, unless another is named.",
    footerHeading = "%nExamples:%n",
    footer = {"  torpor restore web", "  torpor restore web --snapshot 3 --allow-older"})
final class RestoreInstance extends ChangeInstance {
  @Option(
      names = "--snapshot",
      paramLabel = "SNAPSHOT",
      description = "its number, name or id; torpor snapshot ls shows them")
  private Optional<String> snapshot = Optional.empty();

  @Option(
      names = "--allow-older",
      description = "also where a newer one exists; what happened since is lost")
  private boolean allowOlder;

  RestoreInstance(Invocation invocation) {
    super(invocation, "restore");
  }

  @Override
  String body() {
    return Restores.body(snapshot, allowOlder);
  }
}
