package torpor.images.shelf;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import torpor.core.image.ImageConfig;
import torpor.core.image.ImageDigest;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.image.ReadyImage;

/// The files of the shelf as text. Pure. What cannot be read throws `IllegalArgumentException` or
/// Jackson's own exception.
final class ShelfJson {
  private static final int VERSION = 1;
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private ShelfJson() {}

  static String write(StoredImage image) {
    ObjectNode tree = object().put("version", VERSION).put("digest", image.digest().text());
    tree.put("origin", image.origin());
    tree.put("created_at", image.createdAt().toString());
    tree.put("root_file_system", String.valueOf(image.ready().rootfs().getFileName()));
    ImageConfig config = image.config();
    ObjectNode written = tree.putObject("config");
    putTexts(written, "entrypoint", config.entrypoint());
    putTexts(written, "command", config.command());
    putMap(written, "env", config.env());
    config.workdir().ifPresent(text -> written.put("workdir", text));
    config.user().ifPresent(text -> written.put("user", text));
    config.stopSignal().ifPresent(text -> written.put("stop_signal", text));
    putTexts(written, "ports", config.ports().stream().sorted().toList());
    putMap(written, "labels", config.labels());
    return text(tree);
  }

  /// @param directory where the image is
  static StoredImage image(byte[] json, Path directory, long bytes, Optional<Instant> lastUsedAt) {
    JsonNode tree = tree(json);
    JsonNode config = tree.path("config");
    ImageConfig read =
        new ImageConfig(
            texts(config.path("entrypoint")),
            texts(config.path("command")),
            map(config.path("env")),
            optional(config, "workdir"),
            optional(config, "user"),
            optional(config, "stop_signal"),
            Set.copyOf(texts(config.path("ports"))),
            map(config.path("labels")));
    Path rootfs = directory.resolve(tree.path("root_file_system").asString());
    ImageDigest digest = new ImageDigest(tree.path("digest").asString());
    return new StoredImage(
        new ReadyImage(digest, rootfs, bytes, read),
        tree.path("origin").asString(),
        Instant.parse(tree.path("created_at").asString()),
        lastUsedAt);
  }

  static String rootFile(byte[] json) {
    return tree(json).path("root_file_system").asString();
  }

  static String write(ImageName name) {
    ObjectNode tree = object().put("version", VERSION).put("name", name.name());
    name.digest().ifPresent(digest -> tree.put("digest", digest.text()));
    tree.put("fetching", name.fetching());
    tree.put("created_at", name.createdAt().toString());
    name.failure()
        .ifPresent(refusal -> {
          ObjectNode failure = tree.putObject("failure");
          failure.put("code", refusal.code().text());
          failure.put("detail", refusal.detail()).put("remedy", refusal.remedy());
        });
    return text(tree);
  }

  static ImageName name(byte[] json) {
    JsonNode tree = tree(json);
    JsonNode failure = tree.path("failure");
    return new ImageName(
        tree.path("name").asString(),
        optional(tree, "digest").map(ImageDigest::new),
        failure.isObject() ? Optional.of(refusal(failure)) : Optional.empty(),
        tree.path("fetching").asBoolean(),
        Instant.parse(tree.path("created_at").asString()));
  }

  private static Refusal refusal(JsonNode failure) {
    String code = failure.path("code").asString();
    return Refusal.of(
        Arrays.stream(RefusalCode.values())
            .filter(known -> known.text().equals(code))
            .findFirst()
            .orElse(RefusalCode.IMAGE_FAILED),
        failure.path("detail").asString(),
        failure.path("remedy").asString());
  }

  private static JsonNode tree(byte[] json) {
    JsonNode tree = MAPPER.readTree(json);
    int version = tree.path("version").asInt(0);
    if (version != VERSION) {
      throw new IllegalArgumentException("version %d is not known".formatted(version));
    }
    return tree;
  }

  private static String text(ObjectNode tree) {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n";
  }

  private static void putTexts(ObjectNode tree, String field, List<String> texts) {
    var array = tree.putArray(field);
    texts.forEach(array::add);
  }

  private static void putMap(ObjectNode tree, String field, Map<String, String> map) {
    ObjectNode written = tree.putObject(field);
    map.forEach(written::put);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asString()));
    return texts;
  }

  private static Map<String, String> map(JsonNode object) {
    Map<String, String> map = new LinkedHashMap<>();
    object.properties().forEach(entry -> map.put(entry.getKey(), entry.getValue().asString()));
    return map;
  }

  private static Optional<String> optional(JsonNode tree, String field) {
    JsonNode node = tree.path(field);
    return node.isString() ? Optional.of(node.stringValue()) : Optional.empty();
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
