package torpor.api.fake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import torpor.core.job.Happening;
import torpor.core.job.JobId;
import torpor.engine.store.RecordedHappening;

/// What has happened to the fake jobs, and a bell for who waits for more. Thread-safe.
final class FakeHistory {
  private final List<RecordedHappening> happenings = new ArrayList<>();
  private CompletableFuture<Void> news = new CompletableFuture<>();

  synchronized void clear() {
    happenings.clear();
  }

  synchronized void happened(JobId id, String kind) {
    happenings.add(
        new RecordedHappening(
            happenings.size() + 1L, id, SampleJobs.SPAWNED, Happening.of(kind, "generation", "1")));
    CompletableFuture<Void> told = news;
    news = new CompletableFuture<>();
    told.complete(null);
  }

  synchronized long last() {
    return happenings.size();
  }

  /// Completes when something happens from now on.
  synchronized CompletableFuture<Void> next() {
    return news;
  }

  CompletionStage<List<RecordedHappening>> after(
      Optional<JobId> job, long sequence, int limit, Duration patience) {
    CompletableFuture<Void> changed = next();
    List<RecordedHappening> found = found(job, sequence, limit);
    if (!found.isEmpty() || patience.isZero()) {
      return CompletableFuture.completedFuture(found);
    }
    long started = System.nanoTime();
    CompletableFuture<Boolean> ring =
        changed
            .thenApply(_ -> true)
            .completeOnTimeout(false, patience.toMillis(), TimeUnit.MILLISECONDS);
    return ring.thenCompose(again -> {
      Duration left = patience.minusNanos(System.nanoTime() - started);
      return after(job, sequence, limit, again && left.isPositive() ? left : Duration.ZERO);
    });
  }

  private synchronized List<RecordedHappening> found(
      Optional<JobId> job, long sequence, int limit) {
    return happenings.stream()
        .filter(h -> h.sequence() > sequence)
        .filter(h -> job.map(h.job()::equals).orElse(true))
        .limit(limit)
        .toList();
  }
}
