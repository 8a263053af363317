package torpor.images.oci;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import torpor.core.image.ImageDigest;
import torpor.images.digest.Sha256;
import torpor.images.refused.ImageRefusedException;

/// An OCI layout that somebody else has written, with one image in it.
///
/// @param documentBytes nothing longer is read as JSON
public record Layout(Path directory, int documentBytes) {

  /// @param manifestDigest of the manifest's bytes, checked
  public record Content(
      ImageDigest manifestDigest, Manifest.Single manifest, ImageDescription description) {}

  public Content read() throws ImageRefusedException, IOException {
    Document index = Document.parse("index", bytes(directory.resolve("index.json")));
    List<Document> manifests = index.children("manifests");
    if (manifests.size() != 1) {
      throw ImageRefusedException.damaged(
          "the archive has %d images where one was asked for".formatted(manifests.size()));
    }
    ImageDigest digest = manifests.getFirst().digest("digest");
    if (!(Manifest.parse(document(digest)) instanceof Manifest.Single manifest)) {
      throw ImageRefusedException.damaged("the archive has an index where an image should be");
    }
    ImageDescription description = ImageDescription.parse(document(manifest.config()));
    if (description.diffs().size() != manifest.layers().size()) {
      throw ImageRefusedException.damaged(
          "the image has %d layers and %d digests for them"
              .formatted(manifest.layers().size(), description.diffs().size()));
    }
    return new Content(digest, manifest, description);
  }

  public Path blob(ImageDigest digest) {
    return directory.resolve("blobs").resolve("sha256").resolve(digest.hex());
  }

  private byte[] document(ImageDigest digest) throws ImageRefusedException, IOException {
    byte[] bytes = bytes(blob(digest));
    ImageDigest found = Sha256.of(bytes);
    if (!found.equals(digest)) {
      throw ImageRefusedException.damaged(
          "a document of the image has the digest %s and should have %s".formatted(found, digest));
    }
    return bytes;
  }

  private byte[] bytes(Path file) throws ImageRefusedException, IOException {
    try (InputStream input = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = input.readNBytes(documentBytes + 1);
      if (bytes.length > documentBytes) {
        throw ImageRefusedException.damaged(
            "a document of the image is larger than %d bytes".formatted(documentBytes));
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw ImageRefusedException.damaged(
          "the archive lacks " + directory.relativize(file).getFileName());
    }
  }
}
