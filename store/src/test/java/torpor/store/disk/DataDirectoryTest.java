package torpor.store.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.engine.disk.DiskFailure;

class DataDirectoryTest {
  @TempDir Path temporary;

  private static DataDirectory open(Path path) {
    return ((Reply.Done<DataDirectory>) DataDirectory.open(path)).value();
  }

  @Test
  void openingMakesTheLayoutAndEmptiesTheTemporaryPart() throws IOException {
    Path root = temporary.resolve("new").resolve("data");
    String id;
    try (DataDirectory data = open(root)) {
      id = data.id();
      assertThat(data.instances()).isDirectory();
      assertThat(data.images()).isDirectory();
      assertThat(data.database()).isEqualTo(root.resolve("torpor.db"));
      Files.createDirectories(data.temporary().resolve("download/half"));
      Files.writeString(data.instances().resolve("keep"), "x");
    }
    try (DataDirectory data = open(root)) {
      assertThat(data.id()).as("the id is made once").isEqualTo(id);
      assertThat(data.temporary()).isEmptyDirectory();
      assertThat(data.instances().resolve("keep")).exists();
    }
  }

  @Test
  void aSecondOpeningIsRefusedAndTouchesNothing() throws IOException {
    try (DataDirectory data = open(temporary)) {
      Files.writeString(data.temporary().resolve("in use"), "x");
      Refusal refusal = ((Reply.Refused<DataDirectory>) DataDirectory.open(temporary)).refusal();
      assertThat(refusal.detail()).contains("in use by process " + ProcessHandle.current().pid());
      assertThat(refusal.remedy()).isNotBlank();
      assertThat(data.temporary().resolve("in use")).exists();
    }
    open(temporary).close();
  }

  @Test
  @Timeout(60)
  void theLockOfAKilledProcessIsFree() throws IOException, InterruptedException {
    Process holder =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Holding.class.getName(),
                    temporary.toString()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader lines = holder.inputReader()) {
      assertThat(lines.readLine()).isEqualTo("open");
      assertThat(((Reply.Refused<DataDirectory>) DataDirectory.open(temporary)).refusal().detail())
          .contains("in use by process " + holder.pid());
    }
    holder.destroyForcibly();
    holder.waitFor();
    open(temporary).close();
  }

  @Test
  void whatIsNoDirectoryCannotBeOpened() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "x");
    assertThatThrownBy(() -> DataDirectory.open(file)).isInstanceOf(DiskFailure.class);
  }

  /// Opens a data directory and keeps it until it is killed.
  static final class Holding {
    private Holding() {}

    public static void main(String[] arguments) throws IOException {
      try (DataDirectory data = open(Path.of(arguments[0]))) {
        System.out.println("open");
        System.in.read();
        System.err.println("closing " + data.id());
      }
    }
  }
}
