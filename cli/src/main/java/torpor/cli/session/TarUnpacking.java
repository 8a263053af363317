package torpor.cli.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/// Reads an archive that somebody else wrote, and writes it below one place and nowhere else: a
/// name that climbs is refused, and nothing is written through a link that is not above the place.
/// Links keep what they point to, as nothing here follows them. Used once, by one thread.
final class TarUnpacking {
  private static final int MODE = 0777;

  private record Directory(Path path, TarArchiveEntry entry) {}

  private final Path target;
  private final TarArchiveInputStream tar;
  private final Consumer<String> complain;
  private final List<Directory> directories = new ArrayList<>();
  private Tally tally = Tally.NOTHING;

  private TarUnpacking(Path target, TarArchiveInputStream tar, Consumer<String> complain) {
    this.target = target;
    this.tar = tar;
    this.complain = complain;
  }

  /// Leaves `in` open, behind the archive's end mark.
  ///
  /// @param target where the item itself will be; what is above it exists
  /// @param pieces how many names at the beginning of each path are the item's own
  /// @throws IOException also where the archive is not what it should be
  static Tally unpack(InputStream in, Path target, int pieces, Consumer<String> complain)
      throws IOException {
    TarArchiveInputStream tar = new TarArchiveInputStream(in);
    TarUnpacking unpacking = new TarUnpacking(target, tar, complain);
    for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      unpacking.write(entry, unpacking.place(entry.getName(), pieces));
    }
    unpacking.finishDirectories();
    return unpacking.tally;
  }

  private Path place(String name, int pieces) throws IOException {
    Path place = target;
    int skipped = 0;
    for (String piece : name.split("/", -1)) {
      if (piece.equals("..")) {
        throw new IOException("the archive has a path that climbs: " + name);
      }
      if (piece.isEmpty() || piece.equals(".")) {
        continue;
      }
      if (skipped < pieces) {
        skipped++;
      } else {
        place = place.resolve(piece);
        refuseLinkAbove(place);
      }
    }
    return place;
  }

  private void refuseLinkAbove(Path place) throws IOException {
    Optional<Path> parent = Optional.ofNullable(place.getParent());
    if (parent.filter(above -> !above.equals(target)).filter(Files::isSymbolicLink).isPresent()) {
      throw new IOException("the archive writes through a link: " + place);
    }
  }

  private void write(TarArchiveEntry entry, Path place) throws IOException {
    if (entry.isDirectory()) {
      if (!place.equals(target)) {
        removeUnlessDirectory(place);
      }
      Files.createDirectories(place);
      directories.add(new Directory(place, entry));
    } else if (entry.isSymbolicLink()) {
      removeUnlessDirectory(place);
      Files.createSymbolicLink(place, Path.of(entry.getLinkName()));
    } else if (entry.isLink()) {
      writeHardLink(entry, place);
    } else if (isContent(entry)) {
      writeFile(entry, place);
    } else {
      complain.accept("left out: " + entry.getName() + " is neither file, directory nor link");
    }
  }

  /// What is nothing else counts as a file there, devices too.
  private static boolean isContent(TarArchiveEntry entry) {
    return entry.isFile()
        && !entry.isCharacterDevice()
        && !entry.isBlockDevice()
        && !entry.isFIFO();
  }

  private void writeFile(TarArchiveEntry entry, Path place) throws IOException {
    removeUnlessDirectory(place);
    try (OutputStream out =
        Files.newOutputStream(
            place,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      long written = tar.transferTo(out);
      tally = tally.plus(written);
    }
    finish(entry, place);
  }

  /// A second name of a file that came before becomes a file of its own.
  private void writeHardLink(TarArchiveEntry entry, Path place) throws IOException {
    Path first = place(entry.getLinkName(), pathsOwn(entry, place));
    if (!Files.isRegularFile(first, LinkOption.NOFOLLOW_LINKS)) {
      complain.accept("left out: " + entry.getName() + " is another name of what is not copied");
      return;
    }
    removeUnlessDirectory(place);
    Files.copy(first, place, LinkOption.NOFOLLOW_LINKS);
    tally = tally.plus(Files.size(place));
  }

  /// As many names at the beginning as its own path has above the target.
  private int pathsOwn(TarArchiveEntry entry, Path place) {
    int names = 0;
    for (String piece : entry.getName().split("/", -1)) {
      names += piece.isEmpty() || piece.equals(".") ? 0 : 1;
    }
    return names - (place.getNameCount() - target.getNameCount());
  }

  /// What is replaced is removed first, so that a link is not written through.
  private static void removeUnlessDirectory(Path place) throws IOException {
    if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(place);
    }
  }

  /// At the end: one that may not be written to could not be filled.
  private void finishDirectories() throws IOException {
    for (Directory directory : directories.reversed()) {
      finish(directory.entry(), directory.path());
    }
  }

  private static void finish(TarArchiveEntry entry, Path place) throws IOException {
    Files.setAttribute(place, "unix:mode", entry.getMode() & MODE, LinkOption.NOFOLLOW_LINKS);
    Files.setLastModifiedTime(place, FileTime.from(entry.getLastModifiedTime().toInstant()));
  }
}
