package torpor.bench.stage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;

/// Callers that each ask, wait for the durable answer, and ask again.
public final class ClosedLoop {
  private ClosedLoop() {}

  /// Answers per second.
  ///
  /// @param ask what the n-th caller asks next; it must be done before that caller asks again
  public static double rate(int callers, Duration window, IntFunction<CompletionStage<?>> ask) {
    LongAdder answered = new LongAdder();
    long began = System.nanoTime();
    long end = began + window.toNanos();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      int caller = i;
      CompletableFuture<Void> over = new CompletableFuture<>();
      all.add(over);
      var _ =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (System.nanoTime() < end) {
                    var _ = Stages.await(ask.apply(caller));
                    answered.increment();
                  }
                  over.complete(null);
                } catch (RuntimeException e) {
                  over.completeExceptionally(e);
                }
              });
    }
    Stages.await(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)));
    return answered.sum() * 1e9 / (System.nanoTime() - began);
  }
}
