package torpor.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutputTest {

  @Test
  void aTableAlignsItsColumnsAndLeavesNoTrailingBlanks() {
    Table table = new Table("ID", "STATE");
    table.row("job_1", "running");
    table.row("j", "-");

    assertThat(table).hasToString("ID     STATE\njob_1  running\nj      -\n");
  }

  @Test
  void detailsLeaveOutWhatThereIsNothingToSayAbout() {
    Details details =
        new Details().line("id", "x").line("waits for", "y").line("end", Optional.empty());

    assertThat(details).hasToString("id:         x\nwaits for:  y\n");
  }

  @Test
  void timesAreRelativeInTheirLargestUnit() {
    Instant now = Instant.parse("2026-11-20T06:00:00Z");

    assertThat(Times.relative(now.minus(Duration.ofSeconds(59)), now)).isEqualTo("59s ago");
    assertThat(Times.relative(now.plus(Duration.ofMinutes(90)), now)).isEqualTo("in 1h");
    assertThat(Times.relative(now.plus(Duration.ofDays(3)), now)).isEqualTo("in 3d");
  }

  @Test
  void awayFromATerminalProgressIsALineForEveryTenPercentAndEveryNote() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    try (ProgressLine progress = new ProgressLine("indexing", err, false)) {
      progress.at(0, "");
      progress.at(4, "a");
      progress.at(12, "b");
      progress.note("restored");
      progress.at(19, "c");
      progress.at(100, "d");
    }

    assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("indexing: 0 %", "indexing: 12 % b", "restored", "indexing: 100 % d");
  }

  @Test
  void onATerminalProgressIsABar() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    try (ProgressLine progress = new ProgressLine("indexing", err, true)) {
      progress.at(50, "checkpoint 3");
      progress.note("restored");
    }

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains("indexing", "50%", "restored\n", "[", "=");
  }
}
