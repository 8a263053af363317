package torpor.daemon.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where what machines boot is kept. A machine boots the newest; those that run, and snapshots,
/// keep theirs.
///
/// ```
///   <directory>/<digest>/   vmlinux, initramfs.cpio, manifest.json; its time is when it was chosen
/// ```
///
/// @param directory the setting `machines.kernel`
public record KernelPlace(Path directory) {
  private static final Logger log = LoggerFactory.getLogger(KernelPlace.class);
  private static final String KERNEL = "vmlinux";

  /// The kernel to boot; the directory itself where there is none or it cannot be read, which
  /// whoever needs one then says.
  public Path newest() {
    if (!Files.isDirectory(directory)) {
      return directory;
    }
    try (Stream<Path> made = Files.list(directory)) {
      return made.filter(kernel -> Files.isRegularFile(kernel.resolve(KERNEL)))
          .max(Comparator.comparing(KernelPlace::changed))
          .orElse(directory);
    } catch (IOException | UncheckedIOException e) {
      log.debug("no kernels in {}: {}", directory, e.toString());
      return directory;
    }
  }

  /// Whether there is one, and none of its sources has changed since it was chosen.
  ///
  /// @param sources the directory with what it is made by
  public boolean upToDate(Optional<Path> sources) {
    Path newest = newest();
    return !newest.equals(directory)
        && sources.map(from -> !lastChange(from).isAfter(changed(newest))).orElse(true);
  }

  private static Instant lastChange(Path sources) {
    try (Stream<Path> files = Files.walk(sources)) {
      return files
          .filter(KernelPlace::isSource)
          .map(KernelPlace::changed)
          .max(Comparator.naturalOrder())
          .orElse(Instant.EPOCH);
    } catch (IOException e) {
      throw new UncheckedIOException("look for sources in " + sources, e);
    }
  }

  private static boolean isSource(Path file) {
    return Stream.of(".sh", ".c", ".h").anyMatch(file.toString()::endsWith);
  }

  private static Instant changed(Path file) {
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (IOException e) {
      throw new UncheckedIOException("see when " + file + " was changed", e);
    }
  }

  /// Makes the directory, for this user alone where what it is in has to be made too.
  public void create() throws IOException {
    Path data = Optional.ofNullable(directory.getParent()).orElse(directory);
    Path above = data.getParent();
    if (above != null) {
      Files.createDirectories(above);
    }
    if (!Files.isDirectory(data)) {
      Files.createDirectory(
          data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Files.createDirectories(directory);
  }

  /// From now on new machines boot that one.
  ///
  /// @param made a directory in this one, perhaps made long ago
  public void choose(Path made) throws IOException {
    Files.setLastModifiedTime(made, FileTime.from(Instant.now()));
  }
}
