package torpor.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import torpor.core.image.ImageDigest;
import torpor.images.digest.Sha256;

/// A layout whose tag is an index: our image, and the same called one for another processor.
final class ManyPlatforms {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";

  private ManyPlatforms() {}

  static Path make(Path single, Path target) throws IOException, InterruptedException {
    TestTools.run("cp", "-a", single.toString(), target.toString());
    ObjectNode top = (ObjectNode) MAPPER.readTree(Files.readAllBytes(single.resolve("index.json")));
    ObjectNode ours = (ObjectNode) top.path("manifests").get(0);
    ours.remove("annotations");
    ObjectNode foreign = foreign(target, ours);
    ours.putObject("platform").put("os", "linux").put("architecture", "amd64");
    ObjectNode index = MAPPER.createObjectNode().put("schemaVersion", 2).put("mediaType", INDEX);
    index.putArray("manifests").add(foreign).add(ours);
    ObjectNode named = described(target, index, INDEX);
    named.putObject("annotations").put("org.opencontainers.image.ref.name", "many");
    ObjectNode outer = MAPPER.createObjectNode().put("schemaVersion", 2);
    outer.putArray("manifests").add(named);
    Files.write(target.resolve("index.json"), MAPPER.writeValueAsBytes(outer));
    return target;
  }

  private static ObjectNode foreign(Path layout, ObjectNode ours) throws IOException {
    Path blob = layout.resolve("blobs/sha256").resolve(new ImageDigest(text(ours)).hex());
    ObjectNode manifest = (ObjectNode) MAPPER.readTree(Files.readAllBytes(blob));
    manifest.putObject("annotations").put("for", "arm64");
    ObjectNode described =
        described(layout, manifest, "application/vnd.oci.image.manifest.v1+json");
    described.putObject("platform").put("os", "linux").put("architecture", "arm64");
    return described;
  }

  private static String text(ObjectNode descriptor) {
    return descriptor.path("digest").asString();
  }

  private static ObjectNode described(Path layout, ObjectNode document, String mediaType)
      throws IOException {
    byte[] bytes = MAPPER.writeValueAsBytes(document);
    ImageDigest digest = Sha256.of(bytes);
    Files.write(layout.resolve("blobs/sha256").resolve(digest.hex()), bytes);
    return MAPPER
        .createObjectNode()
        .put("mediaType", mediaType)
        .put("digest", digest.text())
        .put("size", bytes.length);
  }
}
