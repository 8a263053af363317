package torpor.host.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Files written, renamed and deleted so that a crash finds the old or the new. Thread-safe as far
/// as the file system is.
public final class DurableFiles {
  private DurableFiles() {}

  /// @param draft in the same file system; not there afterwards
  public static void replace(Path file, Path draft, String text) throws IOException {
    write(draft, text);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    flush(parent(file));
  }

  /// The content alone is durable then; the file's name is once its directory has been flushed.
  public static void write(Path file, String text) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /// Makes a file's content, or the names in a directory, durable.
  public static void flush(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  public static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    flush(parent(from));
    flush(parent(to));
  }

  /// Nothing to delete is fine.
  public static void deleteFile(Path file) throws IOException {
    Files.deleteIfExists(file);
    flush(parent(file));
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? path : parent;
  }
}
