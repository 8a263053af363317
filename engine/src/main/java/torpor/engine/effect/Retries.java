package torpor.engine.effect;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Tries again what failed, after a pause. How long one try, or all of them, are waited for is up
/// to the caller: a try that never ends is never followed by another.
public final class Retries {
  private final Deadlines deadlines;
  private final Duration pause;

  public Retries(Deadlines deadlines, Duration pause) {
    this.deadlines = deadlines;
    this.pause = pause;
  }

  /// Until it works.
  ///
  /// @param failed told of a failure, and of another one once that is something else
  public <T> CompletionStage<T> untilDone(
      Supplier<CompletionStage<T>> work, Consumer<Throwable> failed) {
    return trying(Integer.MAX_VALUE, work, failed, "");
  }

  /// The first success, or the failure of the last of so many tries.
  public <T> CompletionStage<T> upTo(int tries, Supplier<CompletionStage<T>> work) {
    return trying(tries, work, _ -> {}, "");
  }

  private <T> CompletionStage<T> trying(
      int tries, Supplier<CompletionStage<T>> work, Consumer<Throwable> failed, String told) {
    return CompletableFuture.completedFuture(work)
        .thenCompose(Supplier::get)
        .exceptionallyCompose(failure -> {
          Throwable cause = Failures.cause(failure);
          if (tries <= 1) {
            return CompletableFuture.failedFuture(cause);
          }
          if (!cause.toString().equals(told)) {
            failed.accept(cause);
          }
          int left = tries == Integer.MAX_VALUE ? tries : tries - 1;
          return deadlines
              .after(pause)
              .thenCompose(_ -> trying(left, work, failed, cause.toString()));
        });
  }
}
