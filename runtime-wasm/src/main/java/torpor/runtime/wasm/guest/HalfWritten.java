package torpor.runtime.wasm.guest;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files that a daemon was killed in the middle of writing, before they got their names.
final class HalfWritten {
  static final String SUFFIX = ".tmp";

  private HalfWritten() {}

  /// Removes them. Whoever still writes one writes it again under another name.
  static void remove(Path directory) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : found) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // They take up space and do no other harm; the next start tries again.
    }
  }
}
