package torpor.cli.session;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// Writes a file or a tree as a tar archive, in the dialect that busybox reads too: owned by root,
/// links as links, and what is neither file, directory nor link left out with a word. Used once, by
/// one thread.
final class TarPacking extends SimpleFileVisitor<Path> {
  /// Who reads it may end at the end mark, and then nothing must be left to send.
  private static final int UNPADDED = 512;

  private final Path source;
  private final String name;
  private final boolean withRoot;
  private final TarArchiveOutputStream tar;
  private final Consumer<String> complain;
  private Tally tally = Tally.NOTHING;

  private TarPacking(
      Path source,
      String name,
      boolean withRoot,
      TarArchiveOutputStream tar,
      Consumer<String> complain) {
    this.source = source;
    this.name = name;
    this.withRoot = withRoot;
    this.tar = tar;
    this.complain = complain;
  }

  /// An archive that fails stays without an end mark, so that nobody takes it for a whole one.
  ///
  /// @param source where it is a link, what it points to
  /// @param name what it is called in the archive
  /// @param withRoot whether a directory itself is an entry and not only what is in it
  static Tally pack(
      Path source, String name, boolean withRoot, OutputStream out, Consumer<String> complain)
      throws IOException {
    TarArchiveOutputStream tar = new TarArchiveOutputStream(out, UNPADDED);
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
    Path real = source.toRealPath();
    TarPacking packing = new TarPacking(real, name, withRoot, tar, complain);
    Files.walkFileTree(real, packing);
    tar.finish();
    out.flush();
    return packing.tally;
  }

  private String inArchive(Path path) {
    String relative = source.relativize(path).toString();
    String whole = relative.isEmpty() ? name : name.isEmpty() ? relative : name + "/" + relative;
    return "./" + whole;
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
      throws IOException {
    if (withRoot || !directory.equals(source)) {
      TarArchiveEntry entry = new TarArchiveEntry(inArchive(directory) + "/", TarConstants.LF_DIR);
      put(entry, directory, attributes);
      tar.closeArchiveEntry();
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (attributes.isSymbolicLink()) {
      TarArchiveEntry entry = new TarArchiveEntry(inArchive(file), TarConstants.LF_SYMLINK);
      entry.setLinkName(Files.readSymbolicLink(file).toString());
      put(entry, file, attributes);
      tar.closeArchiveEntry();
    } else if (attributes.isRegularFile()) {
      TarArchiveEntry entry = new TarArchiveEntry(inArchive(file), TarConstants.LF_NORMAL);
      entry.setSize(attributes.size());
      put(entry, file, attributes);
      // A file that shrinks meanwhile is told by the archive's writer.
      Files.copy(file, tar);
      tar.closeArchiveEntry();
      tally = tally.plus(attributes.size());
    } else {
      complain.accept("left out: " + file + " is neither file, directory nor link");
    }
    return FileVisitResult.CONTINUE;
  }

  private void put(TarArchiveEntry entry, Path path, BasicFileAttributes attributes)
      throws IOException {
    entry.setIds(0, 0);
    entry.setMode(
        attributes.isSymbolicLink()
            ? 0777
            : (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777);
    entry.setModTime(attributes.lastModifiedTime());
    tar.putArchiveEntry(entry);
  }
}
