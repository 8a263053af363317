package torpor.cli.copy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import torpor.wire.instance.CopyMessage;

/// Writes items that somebody else sends below one place and nowhere else: a name that climbs is
/// refused, and nothing is written through a link that is not above the place. Links keep what they
/// point to, as nothing here follows them. A file takes its place when all of it is there.
///
/// Used once, by one thread; only [#close] may come from another.
final class LocalTree implements AutoCloseable {
  static final String ITSELF = ".";
  private static final int MODE = 0777;

  private record Directory(Path path, CopyMessage header) {}

  /// A file on its way.
  private record Unfinished(
      Path place, Path part, OutputStream out, CopyMessage header, long size) {}

  private final Path target;
  private final boolean directory;
  private final CopyProgress progress;
  private final List<Directory> directories = new ArrayList<>();
  private volatile Optional<Unfinished> unfinished = Optional.empty();
  private boolean begun;
  private long owed;

  /// @param target where the item itself will be; what is above it exists
  /// @param directory what it is said to be
  LocalTree(Path target, boolean directory, CopyProgress progress) {
    this.target = target;
    this.directory = directory;
    this.progress = progress;
  }

  /// The next item; the content of the one before is complete.
  ///
  /// @throws IOException also where it is not what it should be
  void item(CopyMessage header) throws IOException {
    demandComplete();
    String name = header.path().orElse("");
    if (name.equals(ITSELF) == begun) {
      throw new IOException("the machine sent " + name + " out of turn");
    }
    if (!begun && header.isDir().orElse(false) != directory) {
      throw new IOException("it has changed while it was copied");
    }
    begun = true;
    Path place = place(name);
    if (header.isDir().orElse(false)) {
      makeDirectory(place, header);
    } else if (header.isSymlink().orElse(false)) {
      removeUnlessDirectory(place);
      Files.createSymbolicLink(place, Path.of(header.linkTarget().orElse("")));
    } else {
      beginFile(place, header);
    }
  }

  private Path place(String name) throws IOException {
    if (name.equals(ITSELF)) {
      return target;
    }
    Path place = target;
    for (String piece : name.split("/", -1)) {
      if (piece.isEmpty() || piece.equals(".") || piece.equals("..")) {
        throw new IOException("the machine sent a path that climbs: " + name);
      }
      if (!place.equals(target) && Files.isSymbolicLink(place)) {
        throw new IOException("the machine writes through a link: " + place);
      }
      place = place.resolve(piece);
    }
    return place;
  }

  private void makeDirectory(Path place, CopyMessage header) throws IOException {
    if (place.equals(target) && Files.isDirectory(place)) {
      return;
    }
    removeUnlessDirectory(place);
    Files.createDirectories(place);
    directories.add(new Directory(place, header));
  }

  private void beginFile(Path place, CopyMessage header) throws IOException {
    Path above = Optional.ofNullable(place.getParent()).orElse(place);
    Path part = Files.createTempFile(above, ".torpor-copy-", ".part");
    owed = header.size().orElse(0L);
    unfinished =
        Optional.of(new Unfinished(place, part, Files.newOutputStream(part), header, owed));
    if (owed == 0) {
      finishFile();
    }
  }

  void content(ByteBuffer bytes) throws IOException {
    int count = bytes.remaining();
    if (count == 0) {
      return;
    }
    if (count > owed) {
      throw new IOException("the machine sent more than it said");
    }
    unfinished
        .orElseThrow()
        .out()
        .write(bytes.array(), bytes.arrayOffset() + bytes.position(), count);
    progress.piece(count);
    owed -= count;
    if (owed == 0) {
      finishFile();
    }
  }

  private void finishFile() throws IOException {
    Unfinished file = unfinished.orElseThrow();
    file.out().close();
    finish(file.header(), file.part());
    Files.move(
        file.part(),
        file.place(),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    unfinished = Optional.empty();
    progress.file(file.size());
  }

  /// What is replaced is removed first, so that a link is not written through.
  private static void removeUnlessDirectory(Path place) throws IOException {
    if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(place);
    }
  }

  /// Everything has come. Only now: a directory that may not be written to could not be filled.
  void end() throws IOException {
    demandComplete();
    for (Directory made : directories.reversed()) {
      finish(made.header(), made.path());
    }
  }

  private void demandComplete() throws IOException {
    if (owed > 0) {
      throw new IOException("the machine sent less than it said");
    }
  }

  private static void finish(CopyMessage header, Path place) throws IOException {
    int mode = header.mode().orElse(0) & MODE;
    Files.setAttribute(place, "unix:mode", mode, LinkOption.NOFOLLOW_LINKS);
    if (header.mtime().isPresent()) {
      Files.setLastModifiedTime(place, FileTime.from(Instant.ofEpochSecond(header.mtime().get())));
    }
  }

  /// Removes what is half there.
  @Override
  public void close() throws IOException {
    Optional<Unfinished> half = unfinished;
    unfinished = Optional.empty();
    if (half.isPresent()) {
      try (OutputStream _ = half.get().out()) {
        Files.deleteIfExists(half.get().part());
      }
    }
  }
}
