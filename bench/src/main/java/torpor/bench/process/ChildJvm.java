package torpor.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A Java process on our own class path.
public final class ChildJvm implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration STOPS_WITHIN = Duration.ofSeconds(20);

  private final Process process;
  private final List<String> lines = new ArrayList<>();
  private final CompletableFuture<Long> ready = new CompletableFuture<>();
  private final long began;
  private final Thread ending;

  private ChildJvm(Process process, long began, String readyLine) {
    this.process = process;
    this.began = began;
    // Whoever interrupts a benchmark wants its processes gone, too.
    this.ending = Thread.ofPlatform().name("end of child").unstarted(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(ending);
    Thread.ofPlatform().daemon().name("child output").start(() -> read(readyLine));
  }

  /// @param flags of the JVM
  /// @param readyLine what it prints, on either stream, when it is ready
  public static ChildJvm start(
      List<String> flags, String mainClass, List<String> arguments, String readyLine)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("TORPOR_"));
    long began = System.nanoTime();
    return new ChildJvm(builder.start(), began, readyLine);
  }

  private void read(String readyLine) {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        long now = System.nanoTime();
        synchronized (lines) {
          lines.add(line);
        }
        if (line.equals(readyLine)) {
          ready.complete(now - began);
        }
      }
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
    ready.completeExceptionally(new IOException("it ended: " + said()));
  }

  /// Everything it has printed.
  public List<String> said() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /// How long it took from being started to being ready.
  public Duration awaitReady() throws IOException {
    try {
      return Duration.ofNanos(ready.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("a child process did not become ready: " + said(), e);
    }
  }

  /// `kill -9`; returns once it is gone.
  public void kill() {
    process.destroyForcibly();
    awaitEnd(PATIENCE);
  }

  private boolean awaitEnd(Duration patience) {
    try {
      return process.waitFor(patience.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Stops it in good order, or by force.
  @Override
  public void close() {
    process.destroy();
    if (!awaitEnd(STOPS_WITHIN)) {
      kill();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(ending);
    } catch (IllegalStateException e) {
      // The end has begun, and the hook with it.
      return;
    }
  }
}
