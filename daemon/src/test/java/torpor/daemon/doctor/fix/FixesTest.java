package torpor.daemon.doctor.fix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.cli.CommandFailure;
import torpor.daemon.machine.KernelPlace;

class FixesTest {
  private static final Step UPDATE = new Step.Run(List.of("apt-get", "update"), true);
  private static final Step INSTALL = new Step.Run(List.of("apt-get", "install", "umoci"), false);
  private static final Step BY_HAND = new Step.ByHand("something", "somebody");

  @TempDir private Path data;

  private final List<String> run = new ArrayList<>();
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  private Fixes fixes(Commands commands, Step... steps) {
    return new Fixes(
        List.of(steps),
        new KernelPlace(data.resolve("kernels")),
        commands,
        new PrintStream(told, true, StandardCharsets.UTF_8));
  }

  private Step makeKernel() {
    return new Step.MakeKernel(
        Path.of("/init/kernel.sh"), new KernelPlace(data.resolve("kernels")).directory());
  }

  private int succeeds(List<String> command, Consumer<String> output) {
    run.add(String.join(" ", command));
    if (command.getFirst().endsWith("kernel.sh")) {
      output.accept(made(Path.of(command.getLast())).toString());
    }
    return 0;
  }

  private static Path made(Path kernels) {
    try {
      Path kernel = Files.createDirectories(kernels.resolve("cafe"));
      Files.writeString(kernel.resolve("vmlinux"), "no kernel");
      return kernel;
    } catch (IOException e) {
      throw new UncheckedIOException("make a kernel that is none", e);
    }
  }

  @Test
  void everythingIsDoneInOrderAndTheKernelIsChosen() {
    assertThat(fixes(this::succeeds, UPDATE, INSTALL, makeKernel()).apply()).isTrue();

    assertThat(run)
        .containsExactly(
            "apt-get update", "apt-get install umoci", "/init/kernel.sh " + data + "/kernels");
    assertThat(new KernelPlace(data.resolve("kernels")).newest())
        .isEqualTo(data.resolve("kernels/cafe"));
    assertThat(told.toString(StandardCharsets.UTF_8))
        .contains("torpor: apt-get install umoci\n", "kernels/cafe from now on");
  }

  @Test
  void whatIsToBeDoneByHandLeavesSomethingToFix() {
    Fixes fixes = fixes(this::succeeds, INSTALL, BY_HAND);

    assertThat(fixes.anyFromHere()).isTrue();
    assertThat(fixes.apply()).isFalse();
    assertThat(run).containsExactly("apt-get install umoci");
    assertThat(fixes(this::succeeds, BY_HAND).anyFromHere()).isFalse();
  }

  @Test
  void packageListsThatCannotBeRefreshedHinderNobody() {
    Commands commands =
        (command, output) -> command.contains("update") ? 100 : succeeds(command, output);

    assertThat(fixes(commands, UPDATE, INSTALL).apply()).isTrue();

    assertThat(run).containsExactly("apt-get install umoci");
    assertThat(told.toString(StandardCharsets.UTF_8)).contains("ended with 100; going on");
  }

  @Test
  void aFailedInstallationEndsItAndSaysWhich() {
    Commands commands =
        (command, output) -> command.contains("install") ? 100 : succeeds(command, output);

    assertThatThrownBy(() -> fixes(commands, UPDATE, INSTALL, makeKernel()).apply())
        .isInstanceOfSatisfying(
            CommandFailure.class,
            failure ->
                assertThat(failure.report())
                    .contains("could not be fixed: apt-get install umoci", "ended with 100"));
    assertThat(run).containsExactly("apt-get update");
  }

  @Test
  void aScriptThatFailsChangesNoKernel() {
    assertThatThrownBy(() -> fixes((_, _) -> 1, makeKernel()).apply())
        .isInstanceOf(CommandFailure.class);

    assertThat(data.resolve("kernels")).isEmptyDirectory();
  }

  @Test
  void whatIsShownIsWhatIsDone() {
    assertThat(fixes(this::succeeds, INSTALL, BY_HAND).shown())
        .isEqualTo("  apt-get install umoci\n  something\n    not from here: somebody\n");
    assertThat(fixes(this::succeeds).nothingToDo()).isTrue();
    assertThat(run).isEmpty();
  }

  @Test
  void aProgramsLinesAndExitCodeAreHeard() {
    Commands commands = Commands.ofThisHost(Duration.ofMinutes(1));
    List<String> lines = new ArrayList<>();

    assertThat(commands.run(List.of("/bin/sh", "-c", "echo a; echo b; exit 3"), lines::add))
        .isEqualTo(3);

    assertThat(lines).containsExactly("a", "b");
    assertThatThrownBy(() -> commands.run(List.of("/no/such/program"), lines::add))
        .isInstanceOf(Commands.IOFailure.class)
        .hasMessageContaining("/no/such/program");
  }
}
