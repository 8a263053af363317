package torpor.daemon.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The whole demo with real processes and a real kill, on a smaller corpus.
@Tag("e2e")
class DemoTest {
  private static final long CORPUS_BYTES = 20L << 20;

  @Test
  @Timeout(240)
  void aKilledJobGoesOnFromItsCheckpointAndEndsLikeAnUndisturbedOne(@TempDir Path home)
      throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    boolean equal;
    try (Demo demo =
        new Demo(
            home,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false)) {
      equal = demo.run(CORPUS_BYTES, 0);
    }

    assertThat(equal).as(err.toString(StandardCharsets.UTF_8)).isTrue();
    assertThat(err.toString(StandardCharsets.UTF_8))
        .containsPattern("kill +kill -9 \\d+")
        .containsPattern("restored +generation 2, from checkpoint [1-9]")
        .contains("state suspended, waits for signal publish, machines in memory: 0");
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("\nequal\n", "second half of the job");
  }
}
