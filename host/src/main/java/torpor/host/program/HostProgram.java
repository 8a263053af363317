package torpor.host.program;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs a program of the host to its end. It reads nothing, leads a session of its own, and nothing
/// of it is left when the run is over: at its end, after the deadline, when the waiting thread is
/// interrupted, and, by the kernel, when the daemon dies. Thread-safe; from any thread.
///
/// ```
///   daemon ─ keeping thread ─ setsid, setpriv ─→ program ─→ its own programs
///              │ lives as long as the program: the     └────────┴─ one session, ended as a whole
///              │ kernel ends what a dead thread began
/// ```
///
/// On a host without `setsid` or `setpriv` (util-linux) only the program itself is ended, and not
/// by the kernel.
///
/// @param deadline after which it is killed
/// @param outputBytes how much of the beginning of standard output is kept
public record HostProgram(Duration deadline, int outputBytes) {
  private static final int COMPLAINT_BYTES = 8 * 1024;
  private static final File NOTHING_TO_READ = new File("/dev/null");
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final Duration AFTER_THE_END = Duration.ofSeconds(10);

  /// @param output the beginning of what it wrote to standard output
  /// @param complaint the end of what it wrote to standard error
  public record Ended(int exitCode, Kept output, Kept complaint) {
    public boolean ok() {
      return exitCode == 0;
    }
  }

  /// Looks at the work from time to time; an exception kills the program.
  @FunctionalInterface
  public interface Watch<X extends Exception> {
    void look() throws X, IOException;
  }

  /// Runs it, and whatever it says is the failure where it does not end well.
  ///
  /// @param good the exit codes that mean success
  /// @throws IOException with what it said
  public void succeed(List<String> command, Set<Integer> good)
      throws IOException, InterruptedException {
    Ended ended = run(command);
    if (!good.contains(ended.exitCode())) {
      String said = (ended.complaint().text() + ended.output().text()).strip();
      throw new IOException("%s failed: %s".formatted(name(command), said));
    }
  }

  public Ended run(List<String> command) throws IOException, InterruptedException {
    return this.<IOException>run(command, () -> {});
  }

  /// @param command the program by its path, or by its name as [Executables#find] knows it
  /// @throws ProgramOverdueException where it was killed for its deadline
  public <X extends Exception> Ended run(List<String> command, Watch<X> watch)
      throws X, IOException, InterruptedException {
    Process process = begun(tied(command));
    try {
      FutureTask<Kept> output = reading(process.getInputStream(), new Kept(outputBytes, false));
      FutureTask<Kept> complaint =
          reading(process.getErrorStream(), new Kept(COMPLAINT_BYTES, true));
      await(process, command, watch);
      Session.of(process).end();
      return new Ended(process.exitValue(), ended(output, command), ended(complaint, command));
    } finally {
      kill(process);
    }
  }

  private static String name(List<String> command) {
    return String.valueOf(Path.of(command.getFirst()).getFileName());
  }

  private static ProcessBuilder tied(List<String> command) throws IOException {
    List<String> whole = new ArrayList<>();
    Executables.find("setsid").ifPresent(file -> whole.add(file.toString()));
    Executables.find("setpriv")
        .ifPresent(file -> whole.addAll(List.of(file.toString(), "--pdeathsig", "KILL", "--")));
    whole.add(located(command.getFirst()).toString());
    whole.addAll(command.subList(1, command.size()));
    ProcessBuilder builder = new ProcessBuilder(whole);
    builder.redirectInput(ProcessBuilder.Redirect.from(NOTHING_TO_READ));
    builder.environment().put("LC_ALL", "C");
    return builder;
  }

  private static Path located(String program) throws IOException {
    Optional<Path> found =
        program.indexOf('/') >= 0
            ? Optional.of(Path.of(program)).filter(Executables::canRun)
            : Executables.find(program);
    return found.orElseThrow(
        () -> new IOException("this host has no %s; install it".formatted(program)));
  }

  private static Process begun(ProcessBuilder builder) throws IOException {
    CompletableFuture<Process> begun = new CompletableFuture<>();
    Thread.ofPlatform().daemon().name("host-program").start(() -> keep(builder, begun));
    try {
      return begun.join();
    } catch (CompletionException failed) {
      throw new IOException("starting " + builder.command().getLast(), failed.getCause());
    }
  }

  private static void keep(ProcessBuilder builder, CompletableFuture<Process> begun) {
    try {
      Process process = builder.start();
      begun.complete(process);
      process.waitFor();
    } catch (IOException | InterruptedException | RuntimeException failed) {
      begun.completeExceptionally(failed);
    }
  }

  /// Its end wakes us; in between we look how far it is.
  private <X extends Exception> void await(Process process, List<String> command, Watch<X> watch)
      throws X, IOException, InterruptedException {
    long began = System.nanoTime();
    while (!process.waitFor(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
      watch.look();
      if (System.nanoTime() - began > deadline.toNanos()) {
        throw new ProgramOverdueException(name(command), deadline);
      }
    }
  }

  /// Whoever goes on finds nobody at work in its files.
  private static void kill(Process process) {
    Session.of(process).end();
    process.destroyForcibly();
    process
        .onExit()
        .orTimeout(AFTER_THE_END.toMillis(), TimeUnit.MILLISECONDS)
        .handle((_, _) -> null)
        .join();
  }

  private static FutureTask<Kept> reading(InputStream from, Kept into) {
    FutureTask<Kept> task =
        new FutureTask<>(() -> {
          byte[] buffer = new byte[8192];
          for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            into.add(buffer, n);
          }
          return into;
        });
    Thread.ofVirtual().name("host-program-output").start(task);
    return task;
  }

  private static Kept ended(FutureTask<Kept> task, List<String> command)
      throws IOException, InterruptedException {
    try {
      return task.get(AFTER_THE_END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      throw new ProgramOverdueException(name(command), AFTER_THE_END);
    } catch (ExecutionException failed) {
      throw new IOException("reading what " + name(command) + " says", failed.getCause());
    }
  }
}
