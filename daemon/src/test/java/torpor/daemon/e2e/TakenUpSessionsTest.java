package torpor.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// `torpor exec` and `torpor logs -f` of somebody who does not notice what happens to the machine
/// and to the daemon meanwhile.
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TakenUpSessionsTest {
  @TempDir private static Path home;
  private RunningDaemon daemon;
  private Instances instances;

  @BeforeAll
  void startDaemon() throws Exception {
    Path kernel = MachineHost.demandKernel();
    daemon =
        RunningDaemon.start(
            DaemonSetup.in(home)
                .with("--set", "machines.kernel=" + kernel.toAbsolutePath().getParent())
                .with("--set", "network.pool=" + MachineHost.pool()));
    instances = new Instances(daemon.client(), MachineImage.in(home));
  }

  @AfterEach
  void nothingIsLeftOver() {
    instances.deleteAll();
    LeakAudit.demandClean(daemon);
  }

  @AfterAll
  void stopDaemon() {
    if (daemon != null) {
      daemon.close();
    }
  }

  @Test
  void aProgramAndALogGoOnThroughStandbyAndADeadDaemon() throws Exception {
    instances.create("web", Optional.empty());
    try (Talk talk =
            talk("exec", "-i", "web", "sh", "-c", "while read l; do echo $l!; done; exit 5");
        Talk log = talk("logs", "-f", "web")) {
      talk.say("before");
      assertThat(talk.next()).isEqualTo("before!");
      log.next();

      instances.put("web", "standby", "Standby");
      // Said while nobody is there to hear it.
      talk.say("asleep");
      instances.put("web", "restore", "Running");
      assertThat(talk.next()).isEqualTo("asleep!");

      daemon.kill9();
      talk.say("dead");
      daemon.restart();
      instances.awaitSettled();
      assertThat(talk.next()).isEqualTo("dead!");
      log.next();

      talk.endInput();
      assertThat(talk.end()).isEqualTo(5);
      assertThat(talk.heard()).containsExactly("before!", "asleep!", "dead!");
      instances.put("web", "stop", "Stopped");
      assertThat(log.end()).isZero();
      Torpor.Run whole = run("logs", "web");
      assertThat(log.heard()).isEqualTo(whole.out().lines().toList());
    }
  }

  @Test
  void aProgramEndsWithItsMachineAndThatIsSaid() throws Exception {
    instances.create("web", Optional.empty());
    try (Talk talk = talk("exec", "-i", "web", "cat")) {
      talk.say("hello");
      assertThat(talk.next()).isEqualTo("hello");
      instances.put("web", "stop", "Stopped");
      assertThat(talk.end()).isEqualTo(69);
      assertThat(talk.complaints()).contains("its machine is stopped");
    }
  }

  private Talk talk(String... arguments) {
    ProcessBuilder builder = Torpor.command(List.of(arguments));
    builder.environment().put("TORPOR_HOST", "http://127.0.0.1:" + daemon.setup().port());
    try {
      return new Talk(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException("start the command", e);
    }
  }

  private Torpor.Run run(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(1, List.of("--host", "http://127.0.0.1:" + daemon.setup().port()));
    return Torpor.run(home, all.toArray(String[]::new));
  }

  /// A command that one speaks to, a line at a time.
  private static final class Talk implements AutoCloseable {
    private final Process process;
    private final Writer in;
    private final BufferedReader out;
    private final CompletableFuture<String> complaints;
    private final List<String> heard = new ArrayList<>();

    private Talk(Process process) {
      this.process = process;
      this.in = process.outputWriter(StandardCharsets.UTF_8);
      this.out = process.inputReader(StandardCharsets.UTF_8);
      this.complaints =
          CompletableFuture.supplyAsync(
              () ->
                  process
                      .errorReader(StandardCharsets.UTF_8)
                      .lines()
                      .reduce("", (all, line) -> all + line + "\n"),
              Thread::startVirtualThread);
    }

    void say(String line) throws IOException {
      in.write(line + "\n");
      in.flush();
    }

    void endInput() throws IOException {
      in.close();
    }

    /// The next line.
    String next() {
      String line =
          CompletableFuture.supplyAsync(this::read, Thread::startVirtualThread)
              .orTimeout(Instances.PATIENCE.toSeconds(), TimeUnit.SECONDS)
              .join();
      heard.add(line);
      return line;
    }

    private String read() {
      try {
        String line = out.readLine();
        return line == null ? "(the end)" : line;
      } catch (IOException e) {
        throw new UncheckedIOException("read what the command says", e);
      }
    }

    /// Reads on to the end.
    ///
    /// @return the exit code
    int end() throws InterruptedException {
      CompletableFuture.runAsync(() -> out.lines().forEach(heard::add), Thread::startVirtualThread)
          .orTimeout(Instances.PATIENCE.toSeconds(), TimeUnit.SECONDS)
          .join();
      assertThat(process.waitFor(Instances.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    }

    List<String> heard() {
      return List.copyOf(heard);
    }

    String complaints() {
      return complaints.join();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
