package torpor.api.http;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/// Waits that end by themselves.
public final class Patience {
  private Patience() {}

  /// True once `stage` has completed, false after `patience`; `stage` itself is left alone.
  public static CompletionStage<Boolean> upTo(CompletionStage<?> stage, Duration patience) {
    return stage
        .<Boolean>thenApply(_ -> true)
        .toCompletableFuture()
        .completeOnTimeout(false, patience.toNanos(), TimeUnit.NANOSECONDS);
  }
}
