package torpor.daemon.doctor.fix;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Runs programs of this host.
@FunctionalInterface
interface Commands {

  /// Waits for its end. Standard error goes where ours does; it has no input.
  ///
  /// @param output told every line of its standard output
  /// @return its exit code
  /// @throws IOFailure where it cannot be started, or takes longer than anything reasonable
  int run(List<String> command, Consumer<String> output);

  /// A program could not be run to its end.
  final class IOFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IOFailure(String what, Throwable cause) {
      super(what, cause);
    }

    IOFailure(String what) {
      super(what);
    }
  }

  static Commands ofThisHost(Duration patience) {
    return (command, output) -> {
      try {
        return run(command, output, patience);
      } catch (IOException failed) {
        throw new IOFailure("run " + command.getFirst() + ": " + failed.getMessage(), failed);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IOFailure("run " + command.getFirst() + ": interrupted", stopped);
      }
    };
  }

  private static int run(List<String> command, Consumer<String> output, Duration patience)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Thread reader = Thread.ofVirtual().start(() -> read(process, output));
    try {
      if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOFailure(
            command.getFirst() + " did not end within " + patience.toMinutes() + " minutes");
      }
      reader.join(patience);
      return process.exitValue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static void read(Process process, Consumer<String> output) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.accept(line);
      }
    } catch (IOException closed) {
      throw new UncheckedIOException("read what a program prints", closed);
    }
  }
}
