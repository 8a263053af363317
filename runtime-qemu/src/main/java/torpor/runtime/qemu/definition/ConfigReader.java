package torpor.runtime.qemu.definition;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import torpor.core.definition.JsonText;
import torpor.core.image.ImageDigest;
import torpor.core.instance.spec.NetworkWish;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.wire.ByteSizes;
import torpor.wire.Suggestion;

/// Reads a machine from the configuration in a definition. Looks at the text alone. What is wrong
/// is collected; the first of it is the refusal.
public final class ConfigReader {
  private static final List<String> KEYS =
      List.of(
          "image",
          "digest",
          "entrypoint",
          "command",
          "workdir",
          "user",
          "env",
          "cpus",
          "memory",
          "disk",
          "network",
          "restart");
  private static final List<String> RESTARTS = List.of("never", "on-failure", "always");
  private static final Pattern VARIABLE = Pattern.compile("[^=\0]+");
  private static final long MEBIBYTE = 1L << 20;
  private static final long LEAST_MEMORY = 96 * MEBIBYTE;
  private static final long MOST_MEMORY = 1L << 40;
  private static final long MEMORY = 256 * MEBIBYTE;
  private static final long LEAST_DISK = 16 * MEBIBYTE;
  private static final long MOST_DISK = 1L << 44;
  private static final long DISK = 1024 * MEBIBYTE;
  private static final int MOST_CPUS = 64;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final List<Refusal> wrong = new ArrayList<>();

  private ConfigReader() {}

  public static Reply<MachineConfig> read(JsonText config) {
    JsonNode root;
    try {
      root = JSON.readTree(config.text());
    } catch (JacksonException malformed) {
      return Reply.refused(
          refusal(
              "config",
              "The configuration is not valid JSON: " + malformed.getOriginalMessage(),
              "Send a JSON object."));
    }
    if (!root.isObject()) {
      return Reply.refused(
          refusal("config", "The configuration is not a JSON object.", "Send {\"image\": \"…\"}."));
    }
    ConfigReader reader = new ConfigReader();
    MachineConfig read = reader.config(root);
    return reader.wrong.isEmpty() ? Reply.done(read) : Reply.refused(reader.wrong.getFirst());
  }

  private MachineConfig config(JsonNode root) {
    knownKeys(root);
    return new MachineConfig(
        image(root.get("image")),
        digest(root.get("digest")),
        words("entrypoint", root.get("entrypoint")),
        words("command", root.get("command")),
        workdir(root.get("workdir")),
        text("user", root.get("user")),
        env(root.get("env")),
        cpus(root.get("cpus")),
        size("memory", root.get("memory"), MEMORY, LEAST_MEMORY, MOST_MEMORY),
        size("disk", root.get("disk"), DISK, LEAST_DISK, MOST_DISK),
        restart(root.get("restart")),
        network(root.get("network")));
  }

  private NetworkWish network(@Nullable JsonNode node) {
    return switch (NetworkReader.read(node)) {
      case Reply.Done<NetworkWish>(NetworkWish wish) -> wish;
      case Reply.Refused<NetworkWish>(Refusal why) -> {
        wrong.add(why);
        yield NetworkWish.NONE;
      }
    };
  }

  private String image(@Nullable JsonNode node) {
    String image = text("image", node).orElse("");
    if (image.isBlank()) {
      refuse("image", "No image is named.", "Name one, such as \"nginx:alpine\".");
    }
    return image;
  }

  private Optional<ImageDigest> digest(@Nullable JsonNode node) {
    Optional<String> text = text("digest", node);
    if (text.isPresent() && !ImageDigest.isValid(text.get())) {
      refuse(
          "digest",
          "'" + text.get() + "' is not a digest.",
          "Leave it out; it is filled in from the image.");
      return Optional.empty();
    }
    return text.map(ImageDigest::new);
  }

  private Optional<List<String>> words(String field, @Nullable JsonNode node) {
    if (node == null) {
      return Optional.empty();
    }
    if (!node.isArray()) {
      refuse(
          field,
          "'" + field + "' is not an array of strings.",
          "Send [\"program\", \"argument\"].");
      return Optional.empty();
    }
    List<String> words = new ArrayList<>();
    for (JsonNode word : node.values()) {
      text(field + "[" + words.size() + "]", word).ifPresent(words::add);
      if (!wrong.isEmpty()) {
        return Optional.empty();
      }
    }
    return Optional.of(List.copyOf(words));
  }

  private Optional<String> workdir(@Nullable JsonNode node) {
    Optional<String> path = text("workdir", node);
    if (path.isPresent() && !path.get().startsWith("/")) {
      refuse(
          "workdir",
          "The working directory '" + path.get() + "' is not absolute.",
          "Give a path inside the machine that starts with /.");
    }
    return path;
  }

  private Map<String, String> env(@Nullable JsonNode node) {
    Map<String, String> env = new LinkedHashMap<>();
    if (node == null) {
      return env;
    }
    if (!node.isObject()) {
      refuse("env", "'env' is not a JSON object.", "Send {\"NAME\": \"value\"}.");
      return env;
    }
    for (Map.Entry<String, JsonNode> variable : node.properties()) {
      String field = "env." + variable.getKey();
      if (!VARIABLE.matcher(variable.getKey()).matches()) {
        refuse(
            field,
            "'" + variable.getKey() + "' is not the name of an environment variable.",
            "Leave out = and NUL.");
      }
      text(field, variable.getValue()).ifPresent(value -> env.put(variable.getKey(), value));
    }
    return env;
  }

  private int cpus(@Nullable JsonNode node) {
    if (node == null) {
      return 1;
    }
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < 1
        || node.intValue() > MOST_CPUS) {
      refuse(
          "cpus",
          "'cpus' is not a whole number from 1 to " + MOST_CPUS + ".",
          "Give how many processors the machine has.");
      return 1;
    }
    return node.intValue();
  }

  private long size(String field, @Nullable JsonNode node, long otherwise, long least, long most) {
    if (node == null) {
      return otherwise;
    }
    try {
      String text = node.isIntegralNumber() ? node.asString() : text(field, node).orElse("0");
      long bytes = ByteSizes.parse(text);
      if (bytes < least || bytes > most || bytes % MEBIBYTE != 0) {
        refuse(
            field,
            "'%s' is not a whole number of MiB from %s to %s."
                .formatted(text, ByteSizes.format(least), ByteSizes.format(most)),
            "Give a size such as 512MiB.");
      }
      return bytes;
    } catch (IllegalArgumentException noSize) {
      refuse(field, noSize.getMessage() + ".", "Give a size such as 512MiB.");
      return otherwise;
    }
  }

  private String restart(@Nullable JsonNode node) {
    String restart = text("restart", node).orElse(RESTARTS.getFirst());
    if (!RESTARTS.contains(restart)) {
      refuse(
          "restart",
          "'" + restart + "' is not a way to restart a program.",
          "Use one of: " + String.join(", ", RESTARTS) + ".");
    }
    return restart;
  }

  private Optional<String> text(String field, @Nullable JsonNode node) {
    if (node == null) {
      return Optional.empty();
    }
    if (!node.isString()) {
      refuse(field, "'" + field + "' is not a string.", "Put it in quotes.");
      return Optional.empty();
    }
    if (node.stringValue().indexOf('\0') >= 0) {
      refuse(field, "'" + field + "' contains the character NUL.", "Take it out.");
      return Optional.empty();
    }
    return Optional.of(node.stringValue());
  }

  private void knownKeys(JsonNode node) {
    for (String key : node.propertyNames()) {
      if (!KEYS.contains(key)) {
        refuse(
            key,
            "'" + key + "' is not a setting of the qemu runtime.",
            Suggestion.nearest(key, KEYS)
                .map(near -> "Did you mean '" + near + "'?")
                .orElse("The settings are: " + String.join(", ", KEYS) + "."));
      }
    }
  }

  private void refuse(String field, String detail, String remedy) {
    wrong.add(refusal(field, detail, remedy));
  }

  private static Refusal refusal(String field, String detail, String remedy) {
    return Refusal.ofField(RefusalCode.DEFINITION_INVALID, field, detail, remedy);
  }
}
