package torpor.runtime.process;

import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import torpor.core.definition.JsonText;
import torpor.runtime.process.tree.DataDirectoryMark;

/// Configurations of small programs.
final class Programs {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  static final JsonText RUNS_UNTIL_KILLED = shell("sleep infinity; :");

  private Programs() {}

  static JsonText shell(String script) {
    return shell(script, "{}");
  }

  /// @param limits as JSON
  static JsonText shell(String script, String limits) {
    ObjectNode root = JSON.createObjectNode();
    root.putArray("command").add("sh").add("-c").add(script);
    root.set("limits", JSON.readTree(limits));
    return new JsonText(JSON.writeValueAsString(root));
  }

  /// Tests run side by side; each has a mark of its own, and the same one for the same directory.
  static DataDirectoryMark markOf(Path dataDirectory) {
    return new DataDirectoryMark("test-" + Integer.toHexString(dataDirectory.hashCode()));
  }
}
