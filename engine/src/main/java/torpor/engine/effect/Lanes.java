package torpor.engine.effect;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.job.JobId;

/// One lane per job: what is queued runs after what was queued before has ended, well or badly.
final class Lanes {
  private static final Logger log = LoggerFactory.getLogger(Lanes.class);
  private final Executor threads;
  private final Map<JobId, CompletableFuture<?>> ends = new ConcurrentHashMap<>();

  Lanes(Executor threads) {
    this.threads = threads;
  }

  void queue(JobId job, Supplier<CompletionStage<?>> work) {
    extend(job, before -> before.thenComposeAsync(_ -> begin(job, work), threads));
  }

  /// Begins at once, whatever is in the lane; what is queued later waits for both.
  void overtake(JobId job, Supplier<CompletionStage<?>> work) {
    CompletableFuture<?> overtaking =
        CompletableFuture.completedFuture(null)
            .thenComposeAsync(_ -> begin(job, work), threads)
            .toCompletableFuture();
    extend(job, before -> before.thenCombine(overtaking, (_, _) -> null));
  }

  private void extend(JobId job, Function<CompletableFuture<?>, CompletableFuture<?>> lengthen) {
    CompletableFuture<?> end =
        ends.compute(
            job,
            (_, before) ->
                lengthen.apply(before == null ? CompletableFuture.completedFuture(null) : before));
    var _ = end.whenComplete((_, _) -> ends.remove(job, end));
  }

  private CompletionStage<?> begin(JobId job, Supplier<CompletionStage<?>> work) {
    CompletionStage<?> begun;
    try {
      begun = work.get();
    } catch (RuntimeException | Error e) {
      begun = CompletableFuture.failedFuture(e);
    }
    return begun.handle((_, failure) -> {
      if (failure != null) {
        // Outcomes that matter to the job are told by the effect itself; what arrives here is
        // clean-up, which the next daemon's reconciler repeats.
        log.warn("an effect of {} failed: {}", job, failure.toString());
      }
      return null;
    });
  }
}
