package torpor.runtime.process.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.machine.Generation;

@Timeout(60)
class KeeperTest {
  private static final Keeper KEEPER = new Keeper(Path.of("/usr/bin/setsid"), Path.of("/bin/sh"));

  @TempDir Path directory;

  private Keeper.Task writing(Path trace) {
    return new Keeper.Task(
        List.of("/bin/sh", "-c", "echo ran >" + trace),
        Map.of(),
        directory,
        directory.resolve("console"),
        directory,
        ExitFile.in(directory, new Generation(1)));
  }

  @Test
  void aProgramRunsOnceItsKeeperIsToldToGo() throws Exception {
    Path trace = directory.resolve("trace");
    Keeper.Waiting waiting = KEEPER.start(writing(trace), Duration.ofSeconds(30));
    assertThat(trace).doesNotExist();

    waiting.go();

    assertThat(waiting.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(trace).hasContent("ran");
  }

  /// To open a pipe that nobody reads takes until somebody does, as on a disk that hangs.
  @Test
  void aConsoleThatCannotBeOpenedHoldsNobodyUpAndNothingRunsLater() throws Exception {
    Path console = directory.resolve("console");
    assertThat(new ProcessBuilder("mkfifo", console.toString()).start().waitFor()).isZero();
    Path trace = directory.resolve("trace");

    assertThatThrownBy(() -> KEEPER.start(writing(trace), Duration.ofMillis(100)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(console.toString());

    try (InputStream output = Files.newInputStream(console)) {
      assertThat(output.readAllBytes()).as("until the keeper has ended").isEmpty();
    }
    assertThat(trace).doesNotExist();
  }
}
