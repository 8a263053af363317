package torpor.engine.serial;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One lane per key: what is queued runs after what was queued before has ended, well or badly. An
/// empty lane costs nothing. Thread-safe.
public final class Lanes<K> {
  private static final Logger log = LoggerFactory.getLogger(Lanes.class);
  private final Executor threads;
  private final Map<K, CompletableFuture<?>> ends = new ConcurrentHashMap<>();

  public Lanes(Executor threads) {
    this.threads = threads;
  }

  public void queue(K key, Supplier<CompletionStage<?>> work) {
    extend(key, before -> before.thenComposeAsync(_ -> begin(key, work), threads));
  }

  /// Begins at once, whatever is in the lane; what is queued later waits for both.
  public void overtake(K key, Supplier<CompletionStage<?>> work) {
    CompletableFuture<?> overtaking =
        CompletableFuture.completedFuture(null)
            .thenComposeAsync(_ -> begin(key, work), threads)
            .toCompletableFuture();
    extend(key, before -> before.thenCombine(overtaking, (_, _) -> null));
  }

  private void extend(K key, UnaryOperator<CompletableFuture<?>> lengthen) {
    CompletableFuture<?> end =
        ends.compute(
            key,
            (_, before) ->
                lengthen.apply(before == null ? CompletableFuture.completedFuture(null) : before));
    var _ = end.whenComplete((_, _) -> ends.remove(key, end));
  }

  private CompletionStage<?> begin(K key, Supplier<CompletionStage<?>> work) {
    CompletionStage<?> begun;
    try {
      begun = work.get();
    } catch (RuntimeException | Error e) {
      begun = CompletableFuture.failedFuture(e);
    }
    return begun.handle((_, failure) -> {
      if (failure != null) {
        // What matters is told by the work itself; what arrives here is clean-up, which the next
        // daemon's reconciler repeats.
        log.warn("work for {} failed: {}", key, failure.toString());
      }
      return null;
    });
  }
}
