package torpor.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.testkit.machine.Answers.PATIENCE;
import static torpor.testkit.machine.Answers.answered;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.MachineHandle;
import torpor.core.machine.RuntimeName;
import torpor.host.process.ExitWatch;
import torpor.host.process.ProcessIdentity;
import torpor.host.process.ProcessStat;
import torpor.runtime.process.keeper.KeeperHandle;
import torpor.testkit.machine.Endings;

/// The daemon is a JVM of its own here and dies by SIGKILL.
@Timeout(120)
class DaemonDeathTest {
  @TempDir Path data;
  private final Endings endings = new Endings();

  @Test
  void anAdoptedProgramsExitCodeIsLearned() throws Exception {
    Fifo fifo = Fifo.in(data, "fifo");
    MachineHandle handle =
        KilledDaemon.startsAndDies(data, Programs.shell("read -r w <" + fifo.path() + "; exit 9"));
    try (Bench next = Bench.open(data)) {
      Optional<MachineHandle> found = next.adopt(Optional.of(handle), endings);
      fifo.say("go");

      assertThat(found).contains(handle);
      assertThat(endings.next(PATIENCE)).isEqualTo(new ExitStatus.Exited(9));
    }
  }

  @Test
  void theExitOfAProgramThatEndedMeanwhileIsLearnedAndItsGroupIsGone() throws Exception {
    Fifo fifo = Fifo.in(data, "fifo");
    MachineHandle handle =
        KilledDaemon.startsAndDies(
            data,
            Programs.shell(
                "sleep infinity & echo $! >"
                    + fifo.path()
                    + "; read -r w <"
                    + fifo.path()
                    + "; exit 9"));
    try (Bench next = Bench.open(data)) {
      long straggler = Long.parseLong(fifo.hear());
      awaitEndOf(KeeperHandle.parse(handle).orElseThrow().keeper(), () -> fifo.say("go"));

      Optional<MachineHandle> found = next.adopt(Optional.of(handle), endings);

      assertThat(found).contains(handle);
      assertThat(endings.next(PATIENCE)).isEqualTo(new ExitStatus.Exited(9));
      assertThat(Bench.isAlive(straggler)).isFalse();
    }
  }

  @Test
  void aProgramWhoseHandleWasNeverLearnedIsFoundAndEnded() throws Exception {
    Fifo fifo = Fifo.in(data, "fifo");
    KilledDaemon.startsAndDies(
        data, Programs.shell("echo $$ >" + fifo.path() + "; sleep infinity"));
    try (Bench next = Bench.open(data)) {
      long program = Long.parseLong(fifo.hear());

      assertThat(next.adopt(Optional.empty(), endings)).isEmpty();

      assertThat(Bench.isAlive(program)).isFalse();
      assertThat(endings.untaken()).isEmpty();
    }
  }

  @Test
  void aProgramOfNoKnownJobIsSweptAway() throws Exception {
    MachineHandle handle = KilledDaemon.startsAndDies(data, Programs.RUNS_UNTIL_KILLED);
    try (Bench next = Bench.open(data)) {
      assertThat(answered(next.runtime().sweep(Set.of()))).isEqualTo(1);

      assertThat(KeeperHandle.parse(handle).orElseThrow().keeper().isAlive()).isFalse();
      assertThat(next.adopt(Optional.of(handle), endings)).isEmpty();
    }
  }

  @Test
  void aDaemonThatDiesBeforeItSaysGoHasRunNothing() throws Exception {
    Path trace = data.resolve("trace");
    long keeper = KilledDaemon.diesBeforeItSaysGo(data, ": >" + trace);
    try (Bench next = Bench.open(data)) {
      Optional<ProcessStat> half = ProcessStat.of(keeper);
      if (half.isPresent()) {
        awaitEndOf(half.get().identity(), () -> {});
      }

      assertThat(next.runtime().name()).isEqualTo(RuntimeName.PROCESS);
      assertThat(trace).doesNotExist();
      assertThat(next.adopt(Optional.empty(), endings)).isEmpty();
    }
  }

  @FunctionalInterface
  private interface Cause {
    void bring() throws Exception;
  }

  private static void awaitEndOf(ProcessIdentity process, Cause cause) throws Exception {
    try (ExitWatch exits = ExitWatch.open()) {
      var ended = exits.onExit(process);
      cause.bring();
      answered(ended);
    }
  }
}
