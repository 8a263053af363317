package torpor.engine.lease;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// The node, as the store lends it to this daemon. Thread-safe.
public interface Lease {
  /// For a store that nobody else can open.
  Lease EXCLUSIVE =
      new Lease() {
        @Override
        public Optional<Duration> length() {
          return Optional.empty();
        }

        @Override
        public CompletionStage<Boolean> renew() {
          return CompletableFuture.completedFuture(true);
        }
      };

  /// How long the node is ours after a renewal at least, counted from when that was asked for.
  /// Empty where nobody else can take it.
  Optional<Duration> length();

  /// Completes with false where another daemon has taken the node; exceptionally where the store
  /// cannot be asked.
  CompletionStage<Boolean> renew();
}
