package torpor.host.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutablesTest {
  @TempDir Path root;

  private Path program(String folder, boolean executable) throws IOException {
    Path file = Files.createDirectories(root.resolve(folder)).resolve("tool");
    Files.writeString(file, "#!/bin/sh\n");
    assertThat(file.toFile().setExecutable(executable)).isTrue();
    return file;
  }

  @Test
  void theFirstThatCanBeRunIsFound() throws IOException {
    program("plain", false);
    Path first = program("first", true);
    program("second", true);
    Files.createDirectories(root.resolve("folder/tool"));

    assertThat(
            Executables.find(
                "tool", "%1$s/none:%1$s/plain:%1$s/folder:%1$s/first:%1$s/second".formatted(root)))
        .contains(first);
    assertThat(Executables.find("other", root + "/first")).isEmpty();
  }

  @Test
  void aFolderThatIsNotAbsoluteIsPassedOver() {
    assertThat(Executables.find("sh", "")).isEmpty();
    assertThat(Executables.find("sh", "::bin:.:../../../bin")).isEmpty();
    assertThat(Executables.find("sh", ".:/bin:\0")).contains(Path.of("/bin/sh"));
  }
}
