package torpor.host.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class HostProgramTest {
  /// Longer than any test: whoever is still there is found.
  private static final String SLEEPS = "sleep 600";

  private static final HostProgram PROGRAM = new HostProgram(Duration.ofMinutes(1), 64);
  @TempDir Path directory;

  private static void succeeds(String... command) throws IOException, InterruptedException {
    PROGRAM.succeed(List.of(command), Set.of(0));
  }

  private static List<String> shell(String script) {
    return List.of("sh", "-c", script);
  }

  private static void ended(String pid) {
    ProcessHandle.of(Long.parseLong(pid.strip()))
        .ifPresent(left -> left.onExit().orTimeout(60, TimeUnit.SECONDS).join());
  }

  @Test
  void whatSaysMuchIsHeardToItsEndAndKeptInBounds() throws Exception {
    HostProgram.Ended ended =
        PROGRAM.run(
            shell("head -c 3000000 /dev/zero; yes end | head -c 100000 >&2; echo last >&2"));
    assertThat(ended.ok()).isTrue();
    assertThat(ended.output().bytes()).hasSize(64);
    assertThat(ended.output().cut()).isTrue();
    assertThat(ended.complaint().text()).hasSizeLessThanOrEqualTo(8 * 1024).endsWith("last\n");
  }

  @Test
  void aFailureIsWhatTheProgramSaid() {
    assertThatThrownBy(() -> succeeds("sh", "-c", "echo no such disk >&2; exit 3"))
        .isInstanceOf(IOException.class)
        .hasMessage("sh failed: no such disk");
    assertThatCode(() -> PROGRAM.succeed(shell("exit 1"), Set.of(0, 1))).doesNotThrowAnyException();
  }

  @Test
  void aProgramThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> succeeds("mkfs.of-nobody"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("mkfs.of-nobody");
    assertThatThrownBy(() -> succeeds("/nowhere/mkfs"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/nowhere/mkfs");
  }

  @Test
  void afterItsDeadlineAllOfItIsKilled() throws Exception {
    Path child = directory.resolve("child");
    HostProgram hasty = new HostProgram(Duration.ofSeconds(2), 64);
    assertThatThrownBy(
            () -> hasty.run(shell(SLEEPS + " & echo $! > " + child + "; wait; " + SLEEPS)))
        .isInstanceOf(ProgramOverdueException.class)
        .hasMessage("sh did not end within 2 s");
    ended(Files.readString(child));
  }

  @Test
  void whatItLeavesBehindEndsWithIt() throws Exception {
    HostProgram.Ended ended = PROGRAM.run(shell(SLEEPS + " & echo $!"));
    assertThat(ended.ok()).isTrue();
    ended(ended.output().text());
  }

  @Test
  void anExceptionOfTheWatchKillsIt() throws Exception {
    Path its = directory.resolve("pid");
    assertThatThrownBy(() ->
            PROGRAM.run(
                shell("echo $$ > " + its + ".new; mv " + its + ".new " + its + "; " + SLEEPS),
                () -> {
                  if (Files.exists(its)) {
                    throw new IllegalStateException("enough");
                  }
                }))
        .hasMessage("enough");
    ended(Files.readString(its));
  }

  @Test
  void whoeverInterruptsTheWaitEndsIt() throws Exception {
    CompletableFuture<String> begun = new CompletableFuture<>();
    Path its = directory.resolve("pid");
    CompletableFuture<Throwable> outcome = new CompletableFuture<>();
    Thread waiting =
        Thread.ofVirtual()
            .start(() -> {
              try {
                PROGRAM.run(
                    shell("echo $$ > " + its + ".new; mv " + its + ".new " + its + "; " + SLEEPS),
                    () -> {
                      if (Files.exists(its)) {
                        begun.complete(Files.readString(its));
                      }
                    });
              } catch (IOException | InterruptedException | RuntimeException thrown) {
                outcome.complete(thrown);
              }
            });
    String pid = begun.get(60, TimeUnit.SECONDS);
    waiting.interrupt();
    assertThat(outcome.get(60, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    ended(pid);
  }

  @Test
  void itEndsWithTheDaemon() throws Exception {
    Process daemon =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Killed.class.getName(),
                directory.resolve("pid").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String pid;
    try (var said = daemon.inputReader(StandardCharsets.UTF_8)) {
      pid = String.valueOf(said.readLine());
      assertThat(ProcessHandle.of(Long.parseLong(pid))).isPresent();
    } finally {
      daemon.destroyForcibly();
      daemon.waitFor(30, TimeUnit.SECONDS);
    }
    ended(pid);
  }

  /// A daemon in a JVM of its own, to be killed. It runs a program, and says its number.
  static final class Killed {
    private Killed() {}

    public static void main(String[] arguments) throws Exception {
      Path its = Path.of(arguments[0]);
      boolean[] told = new boolean[1];
      PROGRAM.run(
          shell("echo $$ > " + its + ".new; mv " + its + ".new " + its + "; exec " + SLEEPS),
          () -> {
            if (!told[0] && Files.exists(its)) {
              told[0] = true;
              System.out.print(Files.readString(its));
              System.out.flush();
            }
          });
    }
  }
}
