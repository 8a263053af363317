package torpor.cli.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.cli.Cli;
import torpor.cli.CommandLineRun;
import torpor.cli.ExitCode;
import torpor.cli.FakeMachine;
import torpor.cli.Invocation;
import torpor.cli.terminal.LocalTerminal;
import torpor.cli.terminal.WindowSize;
import torpor.wire.instance.ExecControl;

class ExecTest {
  @TempDir private Path root = Path.of("");
  private Optional<FakeMachine> started = Optional.empty();

  @BeforeEach
  void start() {
    started = Optional.of(FakeMachine.at(root));
  }

  @AfterEach
  void stop() {
    started.ifPresent(FakeMachine::close);
  }

  private FakeMachine machine() {
    return started.orElseThrow();
  }

  private CommandLineRun run(String stdin, String... arguments) {
    return CommandLineRun.of(Map.of("TORPOR_HOST", machine().address()), root, stdin, arguments);
  }

  @Test
  void outputsAreKeptApartAndTheExitCodeIsPassedThrough() {
    CommandLineRun run = run("", "exec", "web", "sh", "-c", "echo out; echo err >&2; exit 42");

    assertThat(run).isEqualTo(new CommandLineRun(42, "out\n", "err\n"));
  }

  @Test
  void stdinIsPassedOnOnlyWhereThatIsWanted() {
    String much = "line\n".repeat(100_000);

    assertThat(run(much, "exec", "-i", "web", "cat").out()).isEqualTo(much);
    assertThat(run("ignored", "exec", "web", "cat")).isEqualTo(new CommandLineRun(0, "", ""));
  }

  @Test
  void whatIsAskedOfTheProgramIsSent() {
    run("", "exec", "-e", "A=b", "-w", "/tmp", "-u", "1000", "web", "true", "-x");

    var asked = machine().asked().getFirst();
    assertThat(asked.command()).containsExactly("true", "-x");
    assertThat(asked.env()).isEqualTo(Map.of("A", "b"));
    assertThat(asked.cwd()).contains("/tmp");
    assertThat(asked.user()).contains("1000");
    assertThat(asked.separate()).contains(true);
    assertThat(asked.tty()).isEmpty();
  }

  @Test
  void itGoesThroughAUnixSocketToo(@TempDir Path directory) {
    try (FakeMachine unix = FakeMachine.at(root, directory.resolve("t.sock"))) {
      CommandLineRun run =
          CommandLineRun.of(
              Map.of("TORPOR_HOST", unix.address()), root, "in", "exec", "-i", "web", "cat");

      assertThat(run).isEqualTo(new CommandLineRun(0, "in", ""));
    }
  }

  @Test
  void aRefusalBeforeTheConnectionSaysWhatWhyAndWhatToDo() {
    CommandLineRun run = run("", "exec", "asleep", "true");

    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err())
        .isEqualTo(
            """
            torpor: wrong state [instance.state]
              why:  it sleeps
              do:   Restore it first.
            """);
  }

  @Test
  void aMachineThatIsGoneIsNoEndOfTheProgram() {
    CommandLineRun run = run("", "exec", "gone", "true");

    assertThat(run.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(run.err()).contains("the program's end is not known", "is gone", "torpor ps");
  }

  @Test
  void aConnectionThatBreaksAgainAndAgainLosesAndDoublesNothing() {
    machine().hangsUpAfter(5, false);
    StringBuilder much = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      much.append(i).append('\n');
    }

    CommandLineRun run = run(much.toString(), "exec", "-i", "web", "cat");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualTo(much.toString());
    assertThat(run.err()).contains("connection lost", "the program goes on");
    assertThat(machine().asked()).hasSize(1);
  }

  @Test
  void aMachineThatSleepsIsWaitedForAndItsProgramGoesOn() {
    machine().hangsUpAfter(1, true);

    CommandLineRun run = run("in", "exec", "-i", "web", "cat");

    assertThat(run)
        .isEqualTo(
            new CommandLineRun(
                0,
                "in",
                """
                torpor: web is standby; the program goes on when it runs again: torpor restore web
                torpor: the program goes on
                """));
  }

  @Test
  void aDaemonThatIsNotThereIsToldAsElsewhere() {
    CommandLineRun run =
        CommandLineRun.of(
            Map.of("TORPOR_HOST", "unix:///nowhere/t.sock"), root, "", "exec", "web", "true");

    assertThat(run.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(run.err()).contains("no daemon answers at unix:///nowhere/t.sock");
  }

  @Test
  void interactivelyOnATerminalThereMustBeOne() {
    CommandLineRun run = run("", "exec", "-it", "web", "sh");

    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("needs a terminal", "torpor exec -i web");
    assertThat(machine().asked()).isEmpty();
  }

  @Test
  void aTerminalIsMadeRawFollowedInItsSizeAndGivenBack() {
    RememberingTerminal terminal = new RememberingTerminal();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    // The program ends when it has read a line; that is typed when the terminal was resized.
    var typed = new CompletableFuture<String>();
    terminal.whenListening(listener -> {
      listener.accept(new WindowSize(50, 132));
      typed.complete("typed\n");
    });

    int exitCode = exec(terminal, typed, out, "exec", "-it", "web", "sh", "-c", "read a; echo $a");

    assertThat(exitCode).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("typed\n");
    assertThat(terminal.events).containsExactly("raw", "closed");
    assertThat(machine().asked().getFirst().rows()).contains(24);
    assertThat(machine().asked().getFirst().tty()).contains(true);
    assertThat(machine().sizes()).containsExactly(new ExecControl.Size(50, 132));
  }

  private int exec(
      LocalTerminal terminal,
      CompletableFuture<String> typed,
      ByteArrayOutputStream out,
      String... arguments) {
    var in =
        new ByteArrayInputStream(new byte[0]) {
          private Optional<ByteArrayInputStream> keys = Optional.empty();

          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            if (keys.isEmpty()) {
              keys =
                  Optional.of(
                      new ByteArrayInputStream(typed.join().getBytes(StandardCharsets.UTF_8)));
            }
            return keys.orElseThrow().read(into, offset, length);
          }
        };
    Invocation invocation =
        new Invocation(
            Map.of("TORPOR_HOST", machine().address()),
            root,
            root,
            "somebody",
            in,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            false,
            () -> Optional.of(terminal));
    return Cli.of(invocation, List.of()).execute(arguments);
  }

  /// Remembers what was done to it.
  private static final class RememberingTerminal implements LocalTerminal {
    final List<String> events = new ArrayList<>();
    private Consumer<Consumer<WindowSize>> whenListening = _ -> {};

    void whenListening(Consumer<Consumer<WindowSize>> then) {
      whenListening = then;
    }

    @Override
    public void raw() {
      events.add("raw");
    }

    @Override
    public WindowSize size() {
      return WindowSize.USUAL;
    }

    @Override
    public void onResize(Consumer<WindowSize> listener) {
      whenListening.accept(listener);
    }

    @Override
    public void close() {
      events.add("closed");
    }
  }
}
