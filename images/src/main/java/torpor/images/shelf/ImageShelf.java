package torpor.images.shelf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import torpor.core.image.ImageConfig;
import torpor.core.image.ImageDigest;
import torpor.engine.image.ReadyImage;
import torpor.host.file.DurableFiles;
import torpor.host.file.FileTrees;
import torpor.images.digest.Sha256;

/// The images on disk. Reading, staging and publishing may be done on any thread; names are written
/// by one thread at a time.
public final class ImageShelf {
  private static final Logger log = LoggerFactory.getLogger(ImageShelf.class);
  private static final String DESCRIPTION = "image.json";
  private static final String USED = "used";

  private final Path byDigest;
  private final Path names;
  private final Path staging;

  private ImageShelf(Path images, Path staging) {
    this.byDigest = images.resolve("sha256");
    this.names = images.resolve("names");
    this.staging = staging;
  }

  /// Makes the directories, and empties staging.
  ///
  /// @param staging this shelf's alone, in the same file system
  public static ImageShelf open(Path images, Path staging) throws IOException {
    ImageShelf shelf = new ImageShelf(images.toAbsolutePath(), staging.toAbsolutePath());
    Files.createDirectories(shelf.byDigest);
    Files.createDirectories(shelf.names);
    FileTrees.delete(shelf.staging);
    Files.createDirectories(shelf.staging);
    DurableFiles.flush(images);
    return shelf;
  }

  /// A new empty directory that means nothing to anybody.
  public Path stage() throws IOException {
    return Files.createDirectory(staging.resolve(UUID.randomUUID().toString()));
  }

  /// Deletes what [#stage] gave, or what was taken off the shelf. Logged where it fails: staging is
  /// emptied at the next start.
  public void discard(Path staged) {
    try {
      FileTrees.delete(staged);
    } catch (IOException e) {
      log.warn("{} stays until the next start: it cannot be deleted", staged, e);
    }
  }

  /// Puts an image on the shelf, durable when this returns. One that is there already stays, and
  /// the new one is left where it is.
  ///
  /// @param staged a directory from [#stage] or in one, with the root file system as its only file
  public StoredImage publish(
      Path staged,
      ImageDigest digest,
      String rootFile,
      String origin,
      ImageConfig config,
      Instant now)
      throws IOException {
    Path rootfs = staged.resolve(rootFile);
    ReadyImage ready = new ReadyImage(digest, rootfs, Files.size(rootfs), config);
    StoredImage image = new StoredImage(ready, origin, now, Optional.empty());
    DurableFiles.write(staged.resolve(DESCRIPTION), ShelfJson.write(image));
    DurableFiles.flush(rootfs);
    DurableFiles.flush(staged);
    try {
      DurableFiles.rename(staged, directory(digest));
    } catch (IOException e) {
      // Another fetch of the same image was faster, under another name.
      if (!Files.exists(directory(digest).resolve(DESCRIPTION))) {
        throw e;
      }
    }
    return find(digest).orElseThrow(() -> new IOException(digest + " was published and is gone"));
  }

  public Optional<StoredImage> find(ImageDigest digest) throws IOException {
    return read(directory(digest));
  }

  /// All images; one that cannot be read is logged and passed over.
  public List<StoredImage> images() throws IOException {
    List<StoredImage> found = new ArrayList<>();
    for (Path directory : children(byDigest)) {
      try {
        read(directory).ifPresent(found::add);
      } catch (IOException e) {
        log.warn("the image in {} cannot be read and is passed over", directory, e);
      }
    }
    return found;
  }

  /// Takes an image off the shelf, for good when this returns; its files are still to be
  /// [discarded][#discard].
  public Path takeOff(ImageDigest digest) throws IOException {
    Path gone = staging.resolve(UUID.randomUUID().toString());
    DurableFiles.rename(directory(digest), gone);
    return gone;
  }

  /// Notes a use; a crash may forget it.
  public StoredImage touch(StoredImage image, Instant now) {
    Path used = directory(image.digest()).resolve(USED);
    try {
      if (!Files.exists(used)) {
        Files.createFile(used);
      }
      Files.setLastModifiedTime(used, FileTime.from(now));
    } catch (IOException e) {
      log.warn("when {} was used could not be noted", image.digest(), e);
    }
    return image.used(now);
  }

  public List<ImageName> names() throws IOException {
    List<ImageName> found = new ArrayList<>();
    for (Path file : children(names)) {
      try {
        found.add(ShelfJson.name(Files.readAllBytes(file)));
      } catch (IOException | IllegalArgumentException | JacksonException e) {
        log.warn("the name in {} cannot be read and is passed over", file, e);
      }
    }
    return found;
  }

  public void write(ImageName name) throws IOException {
    Path draft = staging.resolve(UUID.randomUUID().toString());
    try {
      DurableFiles.replace(file(name.name()), draft, ShelfJson.write(name));
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  public void forget(String name) throws IOException {
    DurableFiles.deleteFile(file(name));
  }

  private Optional<StoredImage> read(Path directory) throws IOException {
    try {
      byte[] json = Files.readAllBytes(directory.resolve(DESCRIPTION));
      long bytes = Files.size(directory.resolve(ShelfJson.rootFile(json)));
      return Optional.of(ShelfJson.image(json, directory, bytes, lastUsed(directory)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IllegalArgumentException | JacksonException e) {
      throw new IOException("reading " + directory.resolve(DESCRIPTION), e);
    }
  }

  private static Optional<Instant> lastUsed(Path directory) throws IOException {
    try {
      return Optional.of(Files.getLastModifiedTime(directory.resolve(USED)).toInstant());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private Path directory(ImageDigest digest) {
    return byDigest.resolve(digest.hex());
  }

  private Path file(String name) {
    return names.resolve(Sha256.of(name).hex() + ".json");
  }

  private static List<Path> children(Path directory) throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      return children.sorted().toList();
    }
  }
}
