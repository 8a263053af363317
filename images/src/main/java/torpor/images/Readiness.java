package torpor.images;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import torpor.engine.machine.Capabilities.Problem;
import torpor.images.fetch.ProcessOwner;
import torpor.images.tool.Tool;
import torpor.images.tool.ToolBox;

/// What this host lacks for images.
final class Readiness {
  private static final Path POLICY = Path.of("/etc/containers/policy.json");

  private Readiness() {}

  static List<Problem> problems(ToolBox tools) {
    List<Problem> problems = new ArrayList<>();
    for (Tool tool : Tool.values()) {
      if (tools.find(tool).isEmpty()) {
        problems.add(new Problem(ToolBox.missing(tool) + ".", ToolBox.installation(tool) + "."));
      }
    }
    if (!Files.exists(POLICY) && !Files.exists(ownPolicy())) {
      problems.add(
          new Problem(
              "There is no " + POLICY + ", without which skopeo trusts no image.",
              "apt-get install golang-github-containers-common."));
    }
    if (!ProcessOwner.isRoot()) {
      problems.add(new Problem("As it is, " + ProcessOwner.NOT_ROOT + ".", ProcessOwner.REMEDY));
    }
    return List.copyOf(problems);
  }

  private static Path ownPolicy() {
    return Path.of(System.getProperty("user.home", "/"), ".config/containers/policy.json");
  }
}
