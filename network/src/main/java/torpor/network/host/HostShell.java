package torpor.network.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs scripts. Blocks until they end or the deadline passes; then they are killed.
///
/// @param reading for what they print
public record HostShell(Duration deadline, Executor reading) {
  private static final String TOOLS = "/usr/sbin:/usr/bin:/sbin:/bin";

  /// How a script ended.
  ///
  /// @param code 0 is success
  public record Outcome(int code, String output, String errors) {
    public boolean succeeded() {
      return code == 0;
    }
  }

  /// @throws IOException where no shell can be started, or it did not end in time
  public Outcome run(String script) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-eu", "-c", script);
    builder.environment().clear();
    builder.environment().put("PATH", TOOLS);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      CompletableFuture<String> output = text(process.getInputStream());
      CompletableFuture<String> errors = text(process.getErrorStream());
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("a script did not end within " + deadline.toSeconds() + " s");
      }
      return new Outcome(process.exitValue(), in(output), in(errors));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a script ran", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private CompletableFuture<String> text(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException cut) {
            return "";
          }
        },
        reading);
  }

  private String in(CompletableFuture<String> text) throws IOException, InterruptedException {
    try {
      return text.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("what a script printed could not be read", e);
    }
  }
}
