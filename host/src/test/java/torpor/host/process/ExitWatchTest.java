package torpor.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ExitWatchTest {

  @Test
  void manyExitsAreTold() throws Exception {
    List<Process> processes = new ArrayList<>();
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    try (ExitWatch exits = ExitWatch.open()) {
      for (int i = 0; i < 100; i++) {
        Process process = new ProcessBuilder("cat").start();
        processes.add(process);
        ends.add(exits.onExit(ProcessStat.of(process.pid()).orElseThrow().identity()));
      }
      assertThat(ends).noneMatch(CompletableFuture::isDone);

      for (Process process : processes) {
        process.getOutputStream().close(); // at which cat ends
      }

      CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
  }

  @Test
  void whatHasEndedIsToldAtOnce() throws IOException {
    try (ExitWatch exits = ExitWatch.open()) {
      assertThat(exits.onExit(new ProcessIdentity(ProcessHandle.current().pid(), 1))).isDone();
      assertThat(exits.onExit(new ProcessIdentity(Integer.MAX_VALUE, 1))).isDone();
    }
  }

  @Test
  void theFuturesOfAClosedWatchStayOpen() throws Exception {
    Process process = new ProcessBuilder("cat").start();
    ExitWatch exits = ExitWatch.open();
    var ended = exits.onExit(ProcessStat.of(process.pid()).orElseThrow().identity());

    exits.close();
    exits.close();
    process.getOutputStream().close();
    process.waitFor(30, TimeUnit.SECONDS);

    assertThat(ended).isNotDone();
  }

  @Test
  void aSignalReachesItsProcessAndNoOther() throws Exception {
    Process process = new ProcessBuilder("cat").start();
    ProcessIdentity identity = ProcessStat.of(process.pid()).orElseThrow().identity();

    new ProcessIdentity(identity.pid(), identity.startTime() - 1).send(Signal.KILL);
    assertThat(identity.isAlive()).isTrue();
    identity.send(Signal.TERM);

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(128 + Signal.TERM.number());
  }

  @Test
  void signalsHaveTheirNumbers() {
    assertThat(Signal.of(9)).contains(Signal.KILL);
    assertThat(Signal.of(15)).contains(Signal.TERM);
    assertThat(Signal.of(31)).contains(Signal.SYS);
    assertThat(Signal.of(32)).isEmpty();
    assertThat(Signal.of(0)).isEmpty();
  }
}
