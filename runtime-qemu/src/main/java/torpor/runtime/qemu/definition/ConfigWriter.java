package torpor.runtime.qemu.definition;

import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import torpor.core.definition.JsonText;
import torpor.core.instance.spec.NetworkWish;
import torpor.wire.instance.Bandwidths;

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
    if (config.network().enabled()) {
      write(config.network(), root.putObject("network"));
    }
    return new JsonText(JSON.writeValueAsString(root));
  }

  /// One without a network says nothing of it, as definitions did before there was one to ask for.
  private static void write(NetworkWish wish, ObjectNode network) {
    wish.name().ifPresent(name -> network.put("name", name.text()));
    if (wish.destinations().isPresent()) {
      ArrayNode egress = network.putArray("egress");
      wish.destinations().get().ranges().forEach(range -> egress.add(range.text()));
    } else {
      network.put("egress", wish.outbound() ? "all" : "none");
    }
    wish.downloadBytesPerSecond()
        .ifPresent(rate -> network.put("bandwidth_download", Bandwidths.format(rate)));
    wish.uploadBytesPerSecond()
        .ifPresent(rate -> network.put("bandwidth_upload", Bandwidths.format(rate)));
  }
}
