package torpor.testkit.instance;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// Lets a test hold back or fail the next of some steps. Thread-safe.
final class Gates {
  private final Map<String, CompletableFuture<Void>> held = new ConcurrentHashMap<>();
  private final Map<String, RuntimeException> failing = new ConcurrentHashMap<>();

  /// Steps of this name do not begin before the answer is completed.
  CompletableFuture<Void> hold(String step) {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    held.put(step, gate);
    return gate;
  }

  /// The next step of this name fails.
  void fail(String step, RuntimeException failure) {
    failing.put(step, failure);
  }

  <T> CompletionStage<T> pass(String step, Supplier<T> work) {
    CompletableFuture<Void> gate =
        Optional.ofNullable(held.get(step))
            .orElseGet(() -> CompletableFuture.<Void>completedFuture(null));
    return gate.thenApply(_ -> {
      RuntimeException failure = failing.remove(step);
      if (failure != null) {
        throw failure;
      }
      return work.get();
    });
  }
}
