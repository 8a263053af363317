package torpor.runtime.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import torpor.core.job.JobId;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.engine.machine.Capabilities;
import torpor.runtime.process.keeper.ExitFile;
import torpor.runtime.process.keeper.Keeper;
import torpor.runtime.process.tree.Census;
import torpor.runtime.process.tree.DataDirectoryMark;
import torpor.runtime.process.tree.InstanceMark;

/// Finds out what this host can do by doing it once: keeps a program that ends with a certain code,
/// finds it by its mark, sees it end and reads the code.
///
/// @param prlimit without it everything works but limits
/// @param scratch where the program may leave its traces
record HostCheck(
    DataDirectoryMark owner, Keeper keeper, Optional<Path> prlimit, Census census, Path scratch) {
  private static final int LOOKS = 500;
  private static final int BETWEEN_LOOKS_MILLIS = 10;
  private static final int CODE = 7;
  private static final int PATIENCE_SECONDS = 10;
  private static final JobId NOBODY = new JobId("0".repeat(26));

  Capabilities measure() {
    List<Capabilities.Problem> problems = new ArrayList<>();
    try {
      attempt().ifPresent(problems::add);
    } catch (IOException failed) {
      problems.add(
          new Capabilities.Problem(
              "A first program could not be run: " + failed.getMessage() + ".",
              "See that /proc is mounted, the data directory is writable and processes can be started."));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      problems.add(new Capabilities.Problem("The check was interrupted.", "Start again."));
    }
    boolean available = problems.isEmpty();
    if (prlimit.isEmpty()) {
      problems.add(
          new Capabilities.Problem(
              "There is no prlimit, so limits are refused.", "Install util-linux."));
    }
    return describe(available, problems);
  }

  static Capabilities unavailable(String what, String remedy) {
    return describe(false, List.of(new Capabilities.Problem(what, remedy)));
  }

  private static Capabilities describe(boolean available, List<Capabilities.Problem> problems) {
    return new Capabilities(
        available,
        false,
        false,
        false,
        false,
        available,
        "none",
        Optional.of(System.getProperty("os.name") + " " + System.getProperty("os.version")),
        problems);
  }

  private Optional<Capabilities.Problem> attempt() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory(scratch, "host-check");
    try {
      InstanceMark mark = new InstanceMark(owner, NOBODY, Generation.NONE);
      ExitFile exit = ExitFile.in(directory, Generation.NONE);
      Keeper.Waiting kept =
          keeper.start(
              new Keeper.Task(
                  List.of(keeper.shell().toString(), "-c", "exit " + CODE),
                  Map.of(InstanceMark.VARIABLE, mark.toString()),
                  directory,
                  directory.resolve("console"),
                  directory,
                  exit),
              Duration.ofSeconds(PATIENCE_SECONDS));
      boolean marked = isMarked(kept.process(), mark);
      kept.go();
      if (!kept.process().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        kept.process().destroyForcibly();
        return Optional.of(
            new Capabilities.Problem("A first program did not end.", "Look what holds it."));
      }
      if (!marked) {
        return Optional.of(
            new Capabilities.Problem(
                "/proc does not show the environment of a child.", "Mount /proc in full."));
      }
      return exit.read().equals(Optional.of(new ExitStatus.Exited(CODE)))
          ? Optional.empty()
          : Optional.of(
              new Capabilities.Problem(
                  "A first program's exit code was not written down.", "Check /bin/sh."));
    } finally {
      remove(directory);
    }
  }

  /// The keeper becomes a shell on its way, and /proc shows no environment while it does.
  private boolean isMarked(Process keeper, InstanceMark mark) throws InterruptedException {
    for (int look = 0; look < LOOKS; look++) {
      if (census.markOf(keeper.pid()).equals(Optional.of(mark))) {
        return true;
      }
      if (keeper.waitFor(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return false;
  }

  private static void remove(Path directory) throws IOException {
    try (var paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
