package torpor.runtime.process;

import static torpor.testkit.machine.Answers.answered;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A named pipe between a test and a program: each end waits for the other to open it.
record Fifo(Path path) {

  static Fifo in(Path directory, String name) throws IOException {
    Path path = directory.resolve(name);
    Process made = new ProcessBuilder("mkfifo", path.toString()).start();
    try {
      if (!made.waitFor(30, TimeUnit.SECONDS) || made.exitValue() != 0) {
        throw new IOException("mkfifo failed");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
    return new Fifo(path);
  }

  void say(String line) {
    patiently(() -> Files.writeString(path, line + "\n"));
  }

  /// Waits for a line; the program's own end closes the pipe.
  String hear() {
    return patiently(() -> {
      try (BufferedReader reader = Files.newBufferedReader(path)) {
        String line = reader.readLine();
        if (line == null) {
          throw new IOException("closed without a word");
        }
        return line;
      }
    });
  }

  /// To open a named pipe cannot be interrupted, so a thread of its own is left behind in it.
  private static <T> T patiently(Callable<T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            done.complete(work.call());
          } catch (Exception failed) {
            done.completeExceptionally(failed);
          }
        });
    return answered(done);
  }
}
