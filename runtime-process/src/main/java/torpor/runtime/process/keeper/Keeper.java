package torpor.runtime.process.keeper;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import torpor.host.process.ProcessIdentity;
import torpor.host.process.ProcessStat;

/// Starts keepers.
///
/// @param setsid the program of that name, absolute
/// @param shell a POSIX shell, absolute
public record Keeper(Path setsid, Path shell) {
  private static final String SCRIPT = readScript();

  /// What a keeper is to keep.
  ///
  /// @param environment all of it; nothing of this process's own is added
  /// @param directory of the job, where the exit file goes
  public record Task(
      List<String> command,
      Map<String, String> environment,
      Path workdir,
      Path console,
      Path directory,
      ExitFile exit) {}

  /// A keeper that waits for the word.
  public record Waiting(Process process, ProcessIdentity identity) {

    /// Lets the program run. Where this fails the keeper ends without having run anything.
    public void go() throws IOException {
      try (var word = process.getOutputStream()) {
        word.write('\n');
      }
    }

    /// Lets it end without having run anything.
    void dismiss() throws IOException {
      process.getOutputStream().close();
    }
  }

  /// Starts a keeper, which already carries the environment it was given but runs nothing yet.
  ///
  /// @param patience how long opening its files may take: a disk that does not answer holds up
  ///   whoever opens one, and nothing can end that. A keeper that is there too late is not told to
  ///   go, and ends without a trace
  /// @throws IOException where it does not start, or not in time
  public Waiting start(Task task, Duration patience) throws IOException, InterruptedException {
    CompletableFuture<Waiting> started = new CompletableFuture<>();
    Thread.ofPlatform().daemon().name("keeper-start").start(() -> start(task, started));
    try {
      return started.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new IOException(
          "opening the program's console %s and working directory %s took longer than %d s"
              .formatted(task.console(), task.workdir(), patience.toSeconds()),
          late);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof IOException refused
          ? refused
          : new IOException("the program's keeper could not be started", failed.getCause());
    } finally {
      // Nobody waits any more for what is not there by now.
      started.cancel(false);
    }
  }

  private void start(Task task, CompletableFuture<Waiting> started) {
    try {
      Waiting waiting = start(task);
      if (!started.complete(waiting)) {
        waiting.dismiss();
      }
    } catch (IOException | RuntimeException failed) {
      started.completeExceptionally(failed);
    }
  }

  private Waiting start(Task task) throws IOException {
    ExitFile.removeAll(task.directory());
    List<String> command = new ArrayList<>();
    command.addAll(List.of(setsid.toString(), shell.toString(), "-c", SCRIPT, "torpor-keeper"));
    command.add(task.exit().path().toString());
    command.addAll(task.command());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(task.environment());
    builder.directory(task.workdir().toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(task.console().toFile()));
    // This returns once the new program is in place, and with it the environment.
    Process process = builder.start();
    Optional<ProcessStat> stat = ProcessStat.of(process.pid());
    if (stat.isEmpty()) {
      process.getOutputStream().close();
      throw new IOException("the program's keeper ended at once");
    }
    return new Waiting(process, stat.get().identity());
  }

  private static String readScript() {
    try (InputStream script = Keeper.class.getResourceAsStream("keeper.sh")) {
      if (script == null) {
        throw new IllegalStateException("keeper.sh is missing from this build");
      }
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new IllegalStateException("keeper.sh cannot be read", unreadable);
    }
  }
}
