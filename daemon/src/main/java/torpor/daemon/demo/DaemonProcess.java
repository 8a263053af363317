package torpor.daemon.demo;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.daemon.command.ServeCommand;

/// A daemon as a process of its own. What it says goes to a log file.
final class DaemonProcess implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

  /// The flags `serve` needs, as the launcher gives them.
  private static final String FLAGS =
      System.getProperty("torpor.serve.flags", "-XX:-DontCompileHugeMethods");

  private final Process process;
  private final Path log;

  private DaemonProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /// Waits until it answers requests.
  static DaemonProcess start(Path home) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(FLAGS.strip().split(" +")));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "torpor.daemon.Main"));
    command.addAll(List.of("serve", "--data", home.resolve("data").toString()));
    command.addAll(List.of("--socket", socket(home).toString(), "--listen", "127.0.0.1:0"));
    command.addAll(List.of("--store", "sqlite", "--node", "demo"));
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    // The demo's daemon takes nothing from the user's own configuration.
    builder.environment().keySet().removeIf(name -> name.startsWith("TORPOR_"));
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Path log = home.resolve("daemon.log");
    DaemonProcess daemon = new DaemonProcess(builder.start(), log);
    try {
      daemon.awaitReady();
      return daemon;
    } catch (RuntimeException e) {
      daemon.close();
      throw e;
    }
  }

  static Path socket(Path home) {
    return home.resolve("torpor.sock");
  }

  private void awaitReady() {
    CompletableFuture<Boolean> ready = new CompletableFuture<>();
    Thread.ofVirtual().name("daemon log").start(() -> copyLog(ready));
    try {
      if (ready.get(START_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        return;
      }
      throw notStarted("it ended");
    } catch (TimeoutException e) {
      throw notStarted("it was not ready within " + START_PATIENCE.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw notStarted(String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notStarted("the demo was interrupted");
    }
  }

  private void copyLog(CompletableFuture<Boolean> ready) {
    try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8);
        BufferedWriter out =
            Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        out.write(line);
        out.newLine();
        out.flush();
        if (line.equals(ServeCommand.READY)) {
          ready.complete(true);
        }
      }
      ready.complete(false);
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
  }

  private CommandFailure notStarted(String why) {
    return new CommandFailure(
        ExitCode.UNAVAILABLE, "the demo's daemon did not start", why, "its log:\n" + lastLines());
  }

  /// The end of the log.
  String lastLines() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  long pid() {
    return process.pid();
  }

  /// `kill -9`: it gets no chance to tidy up.
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /// Stops it in good order, by force where that takes too long.
  @Override
  public void close() {
    process.destroy();
    if (!awaitEnd()) {
      process.destroyForcibly();
      awaitEnd();
    }
  }

  private boolean awaitEnd() {
    try {
      return process.waitFor(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
