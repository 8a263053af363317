package torpor.images.oci;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import torpor.core.image.ImageDigest;
import torpor.images.digest.Sha256;
import torpor.images.source.Platform;

/// An OCI layout of our own, with layers that are plain tars. Of one thread.
public final class PlainLayout {
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private final Path directory;
  private final Path blobs;
  private final List<Blob> layers = new ArrayList<>();

  private record Blob(ImageDigest digest, long bytes) {}

  private PlainLayout(Path directory) {
    this.directory = directory;
    this.blobs = directory.resolve("blobs").resolve("sha256");
  }

  public static PlainLayout create(Path directory) throws IOException {
    PlainLayout layout = new PlainLayout(directory);
    Files.createDirectories(layout.blobs);
    return layout;
  }

  public Path directory() {
    return directory;
  }

  /// Where the next layer is to be written before it is added.
  public Path draft() {
    return blobs.resolve("draft");
  }

  /// Adds the draft as the uppermost layer.
  public void addDraft(ImageDigest digest, long bytes) throws IOException {
    Path blob = blobs.resolve(digest.hex());
    if (Files.exists(blob)) {
      Files.delete(draft());
    } else {
      Files.move(draft(), blob);
    }
    layers.add(new Blob(digest, bytes));
  }

  /// Writes what makes it an image.
  public void finish(Platform platform, String tag) throws IOException {
    ObjectNode config = object();
    config.put("os", platform.os()).put("architecture", platform.architecture());
    ObjectNode rootfs = config.putObject("rootfs").put("type", "layers");
    var diffs = rootfs.putArray("diff_ids");
    layers.forEach(layer -> diffs.add(layer.digest().text()));

    ObjectNode manifest = object().put("schemaVersion", 2).put("mediaType", MANIFEST);
    manifest.set("config", described(CONFIG, write(config)));
    var list = manifest.putArray("layers");
    layers.forEach(layer -> list.add(described(LAYER, layer)));

    ObjectNode named = described(MANIFEST, write(manifest));
    named.putObject("annotations").put("org.opencontainers.image.ref.name", tag);
    ObjectNode index = object().put("schemaVersion", 2);
    index.putArray("manifests").add(named);
    Files.write(directory.resolve("index.json"), MAPPER.writeValueAsBytes(index));
    Files.writeString(
        directory.resolve("oci-layout"),
        "{\"imageLayoutVersion\":\"1.0.0\"}",
        StandardCharsets.US_ASCII);
  }

  private Blob write(ObjectNode document) throws IOException {
    byte[] bytes = MAPPER.writeValueAsBytes(document);
    ImageDigest digest = Sha256.of(bytes);
    Files.write(blobs.resolve(digest.hex()), bytes);
    return new Blob(digest, bytes.length);
  }

  private static ObjectNode described(String mediaType, Blob blob) {
    return object()
        .put("mediaType", mediaType)
        .put("digest", blob.digest().text())
        .put("size", blob.bytes());
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
