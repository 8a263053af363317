package torpor.host.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {
  @TempDir private Path home;

  @Test
  void aFileIsReplacedAndItsDraftIsGone() throws IOException {
    Path file = Files.writeString(home.resolve("file"), "a text that is longer than the next");
    DurableFiles.replace(file, home.resolve("draft"), "new");
    assertThat(file).hasContent("new");
    assertThat(home.resolve("draft")).doesNotExist();
  }

  @Test
  void aDirectoryIsRenamed() throws IOException {
    Path from = Files.createDirectories(home.resolve("from"));
    Path to = Files.createDirectories(home.resolve("other")).resolve("to");
    DurableFiles.rename(from, to);
    assertThat(from).doesNotExist();
    assertThat(to).isDirectory();
  }

  @Test
  void nothingToDeleteIsFine() throws IOException {
    Path file = Files.writeString(home.resolve("file"), "x");
    DurableFiles.deleteFile(file);
    DurableFiles.deleteFile(file);
    assertThat(home).isEmptyDirectory();
  }
}
