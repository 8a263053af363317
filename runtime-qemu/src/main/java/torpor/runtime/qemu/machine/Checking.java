package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/// A check of what a machine is made from, which goes on while its QEMU starts. Nothing of it may
/// reach the machine before [#require] has returned. Thread-safe.
final class Checking implements AutoCloseable {
  private final CompletableFuture<Void> done;

  /// Fails where something is not what was written.
  @FunctionalInterface
  interface Check {
    void run() throws IOException;
  }

  private Checking(CompletableFuture<Void> done) {
    this.done = done;
  }

  /// Of what has been checked before.
  static Checking passed() {
    return new Checking(CompletableFuture.completedFuture(null));
  }

  static Checking begin(Check check, Executor threads) {
    return new Checking(
        CompletableFuture.runAsync(
            () -> {
              try {
                check.run();
              } catch (IOException failed) {
                throw new CompletionException(failed);
              }
            },
            threads));
  }

  /// Waits for its end; it takes as long as reading takes.
  ///
  /// @throws IOException where it has not passed
  void require() throws IOException {
    try {
      done.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof IOException found) {
        throw found;
      }
      throw new IOException("a snapshot cannot be checked", failed);
    }
  }

  /// Waits until nothing is read any more.
  @Override
  public void close() {
    var _ = done.handle((_, _) -> true).join();
  }
}
