package torpor.daemon.scratch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import torpor.host.file.FileTrees;

/// A temporary directory that goes with everything in it. Closing it twice is no error.
///
/// @param path an absolute path, readable by this user alone
public record ScratchDirectory(Path path) implements AutoCloseable {

  public static ScratchDirectory create(String prefix) throws IOException {
    return new ScratchDirectory(Files.createTempDirectory(prefix));
  }

  @Override
  public void close() {
    try {
      FileTrees.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException("delete " + path, e);
    }
  }
}
