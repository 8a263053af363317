package torpor.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.testkit.machine.Answers.PATIENCE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.MachineHandle;
import torpor.host.process.ProcessStat;
import torpor.testkit.machine.Endings;

@Timeout(120)
class ProcessTreeTest {
  @TempDir Path data;
  private final Endings endings = new Endings();
  private Bench bench;
  private Fifo fifo;

  @BeforeEach
  void open() throws IOException {
    bench = Bench.open(data);
    fifo = Fifo.in(data, "fifo");
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void aProgramIsInASessionOfItsOwn() throws IOException {
    bench.start(Programs.shell("echo $$ >" + fifo.path() + "; sleep infinity"), endings);

    long program = Long.parseLong(fifo.hear());

    ProcessStat own = ProcessStat.of(ProcessHandle.current().pid()).orElseThrow();
    ProcessStat its = ProcessStat.of(program).orElseThrow();
    assertThat(its.session()).isNotEqualTo(own.session()).isEqualTo(its.parent());
  }

  @Test
  void aProgramIsAskedToEndFirst() throws IOException {
    bench.start(
        Programs.shell(
            "trap 'echo asked; exit 0' TERM; echo up >" + fifo.path() + "; sleep infinity & wait"),
        endings);
    fifo.hear();

    bench.kill(PATIENCE);

    assertThat(bench.console()).content().isEqualTo("asked\n");
  }

  @Test
  void aProgramThatDoesNotListenIsMadeToEnd() throws IOException {
    bench.start(
        Programs.shell(
            "trap '' TERM; echo $$ >" + fifo.path() + "; while :; do sleep infinity; done"),
        endings);
    long program = Long.parseLong(fifo.hear());

    bench.kill(Duration.ofMillis(100));

    assertThat(Bench.isAlive(program)).isFalse();
  }

  @Test
  void aStoppedProgramHearsThatItIsAsked() throws IOException {
    bench.start(Programs.shell("echo up >" + fifo.path() + "; kill -STOP $$"), endings);
    fifo.hear();

    bench.kill(PATIENCE.multipliedBy(2)); // only force would come, and that too late

    assertThat(bench.adopt(Optional.empty(), endings)).isEmpty();
  }

  @Test
  void whoLeftTheSessionIsEndedByItsMark() throws IOException {
    bench.start(
        Programs.shell(
            "setsid sh -c 'echo $$ >" + fifo.path() + "; exec sleep infinity' & sleep infinity"),
        endings);
    long stray = Long.parseLong(fifo.hear());

    bench.kill(Duration.ZERO);

    assertThat(Bench.isAlive(stray)).isFalse();
  }

  @Test
  void whoWipedItsEnvironmentIsEndedWithItsSession() throws IOException {
    bench.start(
        Programs.shell(
            "env -i sh -c 'echo $$ >" + fifo.path() + "; exec sleep infinity' & sleep infinity"),
        endings);
    long wiped = Long.parseLong(fifo.hear());

    bench.kill(Duration.ZERO);

    assertThat(Bench.isAlive(wiped)).isFalse();
  }

  @Test
  void whatOutlivesItsProgramIsEndedBeforeTheEndIsTold() throws IOException {
    Fifo go = Fifo.in(data, "go");
    bench.start(
        Programs.shell(
            "setsid sh -c 'echo $$ >"
                + fifo.path()
                + "; exec sleep infinity' & read -r word <"
                + go.path()
                + "; exit 3"),
        endings);
    long stray = Long.parseLong(fifo.hear());

    go.say("go");

    assertThat(endings.next(PATIENCE)).isEqualTo(new ExitStatus.Exited(3));
    assertThat(Bench.isAlive(stray)).isFalse();
  }

  @Test
  void anotherProcessUnderTheSameNumberIsNeverTouched() throws IOException {
    Process innocent = new ProcessBuilder("sleep", "infinity").start();
    try {
      MachineHandle handle = bench.start(Programs.shell("exit 0"), endings);
      endings.next(PATIENCE);
      Files.delete(bench.directory().resolve("exit-1"));
      String text = handle.text().replaceFirst("pid=\\d+", "pid=" + innocent.pid());

      assertThat(bench.adopt(Optional.of(new MachineHandle(text)), endings)).isEmpty();
      bench.kill(Duration.ZERO);

      assertThat(innocent.isAlive()).isTrue();
    } finally {
      innocent.destroyForcibly();
    }
  }

  @Test
  void aProgramOfAnotherDataDirectoryIsNeitherAdoptedNorEnded() throws IOException {
    MachineHandle handle = bench.start(Programs.RUNS_UNTIL_KILLED, endings);
    Path elsewhere = Files.createDirectory(data.resolve("elsewhere"));
    try (Bench stranger = Bench.open(elsewhere)) {
      Files.createDirectories(stranger.directory());

      assertThat(stranger.adopt(Optional.of(handle), new Endings())).isEmpty();
      stranger.kill(Duration.ZERO);
    }

    assertThat(bench.adopt(Optional.of(handle), endings)).contains(handle);
  }
}
