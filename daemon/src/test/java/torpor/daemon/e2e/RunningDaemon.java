package torpor.daemon.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.awaitility.Awaitility;
import torpor.daemon.command.ServeCommand;

/// A daemon as a process of its own, which can be killed and started again. Its log goes on in one
/// file over all its lives.
final class RunningDaemon implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(90);

  private final DaemonSetup setup;
  private final Function<List<String>, ProcessBuilder> program;
  private Process process;
  private long logBefore;

  private RunningDaemon(DaemonSetup setup, Function<List<String>, ProcessBuilder> program) {
    this.setup = setup;
    this.program = program;
    this.process = launched();
  }

  /// Waits until it answers requests.
  static RunningDaemon start(DaemonSetup setup) {
    return start(setup, Torpor::command);
  }

  /// @param program how its process is started, given the arguments
  static RunningDaemon start(DaemonSetup setup, Function<List<String>, ProcessBuilder> program) {
    RunningDaemon daemon = new RunningDaemon(setup, program);
    daemon.awaitReady();
    return daemon;
  }

  Client client() {
    return new Client(setup.port());
  }

  DaemonSetup setup() {
    return setup;
  }

  Path data() {
    return setup.data();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// `kill -9`: it gets no chance to tidy up.
  void kill9() {
    process.destroyForcibly();
    awaitEnd();
  }

  /// Waits until it has died by itself, or of itself.
  void awaitDeath(Duration patience) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("the daemon lives on:\n" + newLog());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the daemon dies", e);
    }
  }

  /// SIGTERM: it ends in good order.
  void stop() {
    process.destroy();
    awaitEnd();
  }

  void restart() {
    launch();
    awaitReady();
  }

  /// Starts the process and does not wait for it.
  void launch() {
    if (process.isAlive()) {
      throw new IllegalStateException("it is still running");
    }
    process = launched();
  }

  void awaitReady() {
    Awaitility.await("ready")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> newLog().contains(ServeCommand.READY + "\n") || !process.isAlive());
    if (!newLog().contains(ServeCommand.READY + "\n")) {
      throw new AssertionError("the daemon did not start:\n" + newLog());
    }
  }

  /// What it has said since it was last started.
  String newLog() {
    String all = log();
    return all.substring((int) Math.min(logBefore, all.length()));
  }

  String log() {
    try {
      return Files.exists(logFile()) ? Files.readString(logFile()) : "";
    } catch (IOException e) {
      throw new UncheckedIOException("read the daemon's log", e);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      stop();
    }
    MarkedProcess.endAll(setup.data());
  }

  private Path logFile() {
    return setup.home().resolve("daemon.log");
  }

  private Process launched() {
    logBefore = log().length();
    ProcessBuilder builder = program.apply(setup.arguments());
    builder.directory(setup.home().toFile());
    builder.redirectOutput(Redirect.DISCARD);
    builder.redirectError(Redirect.appendTo(logFile().toFile()));
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException("start the daemon", e);
    }
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the daemon did not end:\n" + newLog());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the daemon ends", e);
    }
  }
}
