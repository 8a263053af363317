package torpor.runtime.qemu.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.runtime.qemu.snapshot.Manifest.ConsoleOffsets;

class ConsoleLogTest {
  private static final int OUT = 1;
  private static final int ERR = 2;

  @TempDir Path directory;

  private Path console() {
    return directory.resolve("console.log");
  }

  private Path journal() {
    return directory.resolve("console.offsets");
  }

  private ConsoleLog from(long output, long errors) throws IOException {
    return ConsoleLog.from(new ConsoleOffsets(output, errors), console(), journal());
  }

  private static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private String contents() throws IOException {
    return Files.readString(console());
  }

  @Test
  void whatComesTwiceIsThereOnce() throws IOException {
    try (ConsoleLog log = from(0, 0)) {
      assertThat(log.append(OUT, 0, text("hello "))).isEqualTo(6);
      assertThat(log.append(OUT, 0, text("hello "))).isEqualTo(6);
      assertThat(log.append(OUT, 3, text("lo world"))).isEqualTo(11);
      assertThat(log.append(ERR, 0, text("!"))).isEqualTo(1);
    }

    assertThat(contents()).isEqualTo("hello world!");
  }

  @Test
  void whatIsMissingIsSaid() throws IOException {
    try (ConsoleLog log = from(0, 0)) {
      log.append(OUT, 0, text("a"));
      assertThat(log.append(OUT, 5, text("b"))).isEqualTo(6);
    }

    assertThat(contents()).isEqualTo("a[torpor: 4 bytes of output were lost]\nb");
  }

  @Test
  void aStandbyLeavesNoTrace() throws IOException {
    ConsoleOffsets frozen;
    try (ConsoleLog log = from(0, 0)) {
      log.append(OUT, 0, text("one "));
      log.append(ERR, 0, text("two "));
      frozen = log.offsets();
    }
    try (ConsoleLog log = ConsoleLog.from(frozen, console(), journal())) {
      log.append(OUT, 4, text("three"));
    }

    assertThat(contents()).isEqualTo("one two three");
  }

  @Test
  void goingBackIsMarked() throws IOException {
    try (ConsoleLog log = from(0, 0)) {
      log.append(OUT, 0, text("one\ntwo\n"));
    }
    try (ConsoleLog log = from(4, 0)) {
      log.append(OUT, 4, text("two\n"));
    }

    assertThat(contents()).startsWith("one\ntwo\n[torpor: ").endsWith("]\ntwo\n");
  }

  @Test
  void aNewStartBeginsAnewBelowWhatIsThere() throws IOException {
    Files.writeString(console(), "before\n");
    try (ConsoleLog log = from(0, 0)) {
      log.append(OUT, 0, text("first\n"));
    }
    try (ConsoleLog log = from(0, 0)) {
      log.append(OUT, 0, text("second\n"));
    }

    assertThat(contents()).isEqualTo("before\nfirst\nsecond\n");
  }

  /// The daemon may end between the note and the file, or in the middle of the file.
  @Test
  void howMuchWasWrittenIsKnownWhereverTheDaemonEnded() throws IOException {
    for (int written = 0; written <= 5; written++) {
      Files.deleteIfExists(console());
      Files.deleteIfExists(journal());
      try (ConsoleLog log = from(0, 0)) {
        log.append(ERR, 0, text("err"));
        log.append(OUT, 0, text("12345"));
      }
      try (var file = Files.newByteChannel(console(), StandardOpenOption.WRITE)) {
        file.truncate(3 + written);
      }
      try (ConsoleLog log = ConsoleLog.goOn(console(), journal())) {
        assertThat(log.offsets()).isEqualTo(new ConsoleOffsets(written, 3));
        log.append(OUT, 0, text("12345678"));
      }
      assertThat(contents()).isEqualTo("err12345678");
    }
  }
}
