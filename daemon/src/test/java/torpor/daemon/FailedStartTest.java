package torpor.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import org.junit.jupiter.api.Test;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.engine.disk.DiskFailure;
import torpor.engine.store.StoreFailure;

class FailedStartTest {
  private static CommandFailure explained(RuntimeException e) {
    assertThat(FailedStart.explained(e)).isInstanceOf(CommandFailure.class).hasCause(e);
    CommandFailure failure = (CommandFailure) FailedStart.explained(e);
    assertThat(failure.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(failure.remedy()).isNotBlank();
    return failure;
  }

  @Test
  void aDirectoryThatIsNoneIsNoDefect() {
    DiskFailure failure =
        new DiskFailure("opening /a/file: /a/file", false, new FileAlreadyExistsException("/a"));

    assertThat(explained(failure).why()).isEqualTo("opening /a/file: /a/file is no directory");
    assertThat(explained(failure).remedy()).contains("--data");
  }

  @Test
  void aFullDiskIsToldSo() {
    DiskFailure failure = new DiskFailure("opening /a: No space left", true, new IOException("x"));

    assertThat(explained(failure).remedy()).startsWith("free some space");
  }

  @Test
  void aDatabaseThatDoesNotAnswerIsNoDefect() {
    StoreFailure failure =
        new StoreFailure(StoreFailure.Kind.UNAVAILABLE, "refused", new IOException("x"));

    assertThat(explained(failure).why()).isEqualTo("refused");
    assertThat(explained(failure).remedy()).contains("database", "torpor doctor");
  }

  @Test
  void aFileThatMayNotBeReadIsNoDefect() {
    UncheckedIOException failure =
        new UncheckedIOException("cannot read the key", new AccessDeniedException("/a/secret.key"));

    assertThat(explained(failure).why())
        .isEqualTo("cannot read the key: /a/secret.key may not be used by this user");
  }

  @Test
  void aDefectStaysOne() {
    IllegalStateException defect = new IllegalStateException("planted");

    assertThat(FailedStart.explained(defect)).isSameAs(defect);
  }
}
