package torpor.runtime.qemu.definition;

import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import torpor.core.definition.JsonText;

/// Writes a machine so that [ConfigReader] reads the same one; equal machines, equal text.
public final class ConfigWriter {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ConfigWriter() {}

  public static JsonText write(MachineConfig config) {
    ObjectNode root = JSON.createObjectNode();
    root.put("image", config.image());
    config.digest().ifPresent(digest -> root.put("digest", digest.text()));
    config.entrypoint().ifPresent(words -> words.forEach(root.putArray("entrypoint")::add));
    config.command().ifPresent(words -> words.forEach(root.putArray("command")::add));
    config.workdir().ifPresent(path -> root.put("workdir", path));
    config.user().ifPresent(user -> root.put("user", user));
    if (!config.env().isEmpty()) {
      ObjectNode env = root.putObject("env");
      new TreeMap<>(config.env()).forEach(env::put);
    }
    root.put("cpus", config.cpus());
    root.put("memory", config.memoryBytes());
    root.put("disk", config.diskBytes());
    root.put("restart", config.restart());
    return new JsonText(JSON.writeValueAsString(root));
  }
}
