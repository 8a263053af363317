package torpor.daemon.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;

/// Where a data directory keeps what machines boot.
///
/// ```
///   <data>/kernels/<digest>/   vmlinux, initramfs.cpio, manifest.json; never changed
///   <data>/kernels/current     a link to the one that new machines boot
/// ```
///
/// @param directory `<data>/kernels`
public record KernelPlace(Path directory) {

  public static KernelPlace in(Path data) {
    return new KernelPlace(data.resolve("kernels"));
  }

  /// The kernel to boot, whether or not it is there.
  public Path current() {
    return directory.resolve("current");
  }

  /// Whether there is one, and none of its sources has changed since it was made.
  ///
  /// @param sources the directory with what it is made by
  public boolean upToDate(Optional<Path> sources) {
    try {
      if (!Files.exists(current().resolve("manifest.json"))) {
        return false;
      }
      FileTime made = Files.getLastModifiedTime(current(), LinkOption.NOFOLLOW_LINKS);
      return sources.isEmpty() || newest(sources.get()).compareTo(made) <= 0;
    } catch (IOException unreadable) {
      return false;
    }
  }

  private static FileTime newest(Path sources) throws IOException {
    try (Stream<Path> files = Files.walk(sources)) {
      FileTime newest = FileTime.fromMillis(0);
      for (Path file : files.filter(KernelPlace::isSource).toList()) {
        FileTime changed = Files.getLastModifiedTime(file);
        newest = changed.compareTo(newest) > 0 ? changed : newest;
      }
      return newest;
    }
  }

  private static boolean isSource(Path file) {
    return Stream.of(".sh", ".c", ".h").anyMatch(file.toString()::endsWith);
  }

  /// Makes the directory, and the data directory, as a daemon would at its first start.
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

  /// From now on new machines boot that one. Those that run, and snapshots, keep theirs.
  ///
  /// @param made a directory in this one
  public void take(Path made) throws IOException {
    Path link = directory.resolve("current.new");
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, directory.toRealPath().relativize(made.toRealPath()));
    Files.move(link, current(), StandardCopyOption.ATOMIC_MOVE);
  }
}
