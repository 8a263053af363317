package torpor.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.testkit.machine.Answers.PATIENCE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.definition.JsonText;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.MachineHandle;
import torpor.testkit.machine.Endings;

@Timeout(120)
class ProcessEndingTest {
  @TempDir Path data;
  private final Endings endings = new Endings();
  private Bench bench;

  @BeforeEach
  void open() {
    bench = Bench.open(data);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void aSignalIsToldByNumberAndName() throws IOException {
    bench.start(Programs.shell("kill -KILL $$"), endings);

    assertThat(endings.next(PATIENCE)).isEqualTo(new ExitStatus.Signalled("signal 9 (SIGKILL)"));
  }

  @Test
  void aSignalToTheWholeGroupIsToldAsTheProgramsEnd() throws IOException {
    bench.start(Programs.shell("kill -TERM 0; sleep infinity"), endings);

    assertThat(endings.next(PATIENCE)).isEqualTo(new ExitStatus.Signalled("signal 15 (SIGTERM)"));
  }

  @Test
  void processorTimeHasALimit() throws IOException {
    bench.start(Programs.shell("while :; do :; done", "{\"cpu_time\": \"1s\"}"), endings);

    assertThat(endings.next(PATIENCE)).isInstanceOf(ExitStatus.OutOfTime.class);
  }

  @Test
  void memoryHasALimit() throws IOException {
    bench.start(
        Programs.shell("dd if=/dev/zero of=/dev/null bs=200M count=1", "{\"memory\": \"64MiB\"}"),
        endings);

    assertThat(endings.next(PATIENCE)).isEqualTo(new ExitStatus.Exited(1));
  }

  @Test
  void openFilesHaveALimit() throws IOException {
    bench.start(Programs.shell("ulimit -n", "{\"files\": 77}"), endings);

    endings.next(PATIENCE);
    assertThat(bench.console()).content().isEqualTo("77\n");
  }

  @Test
  void aKeeperEndedFromOutsideTakesItsProgramWithIt() throws IOException {
    Fifo fifo = Fifo.in(data, "fifo");
    bench.start(
        Programs.shell("echo $$ >" + fifo.path() + "; kill -KILL $PPID; sleep infinity"), endings);
    long program = Long.parseLong(fifo.hear());

    assertThat(endings.next(PATIENCE)).isEqualTo(new ExitStatus.Signalled("signal 9 (SIGKILL)"));
    assertThat(Bench.isAlive(program)).isFalse();
  }

  @Test
  void anEndOfAnEarlierRunOfTheHostIsStillTold() throws IOException {
    MachineHandle handle = bench.start(Programs.shell("exit 5"), endings);
    endings.next(PATIENCE);
    MachineHandle before =
        new MachineHandle(handle.text().replaceFirst("boot=.*", "boot=00000000-0000"));

    assertThat(bench.adopt(Optional.of(before), endings)).contains(before);
    assertThat(endings.next(PATIENCE)).isEqualTo(new ExitStatus.Exited(5));
  }

  @Test
  void nothingOfTheDaemonsEnvironmentLeaksIn() throws IOException {
    bench.start(Programs.shell("env"), endings);

    endings.next(PATIENCE);
    List<String> names =
        console().stream().map(line -> line.substring(0, line.indexOf('='))).toList();
    assertThat(names)
        .contains("TORPOR_JOB_ID", "TORPOR_INSTANCE_MARK", "PATH")
        .isSubsetOf(
            "TORPOR_JOB_ID",
            "TORPOR_INSTANCE_MARK",
            "PATH",
            "HOME",
            "LANG",
            "TZ",
            "PWD",
            "OLDPWD",
            "SHLVL",
            "_");
  }

  @Test
  void theKeeperLeavesTheProgramsEnvironmentAlone() throws IOException {
    bench.start(
        new JsonText(
            """
            {"command": ["sh", "-c", "echo $name $value $code $go $IFS."],
             "env": {"name": "a", "value": "b", "code": "c", "go": "d"}}
            """),
        endings);

    endings.next(PATIENCE);
    assertThat(console()).containsExactly("a b c d .");
  }

  @Test
  void aProgramIsHandedNoOpenFilesButItsThree() throws IOException {
    bench.start(Programs.shell("readlink /proc/self/fd/0; exec ls /proc/self/fd"), endings);

    endings.next(PATIENCE);
    assertThat(console()).containsExactly("/dev/null", "0", "1", "2", "3"); // 3 is the listing's
  }

  @Test
  void aProgramStartsInAFolderOfItsOwnAndReadsNothing() throws IOException {
    bench.start(Programs.shell("pwd; cat"), endings);

    assertThat(endings.next(PATIENCE)).isEqualTo(new ExitStatus.Exited(0));
    assertThat(console()).containsExactly(bench.directory().resolve("work").toString());
  }

  private List<String> console() throws IOException {
    return Files.readAllLines(bench.console());
  }
}
