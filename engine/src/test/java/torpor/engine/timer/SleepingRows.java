package torpor.engine.timer;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.core.job.JobId;
import torpor.engine.fake.UnaskedStore;
import torpor.engine.store.DueJob;

/// The index of due times. A job leaves it when its timer has been decided.
final class SleepingRows extends UnaskedStore {
  private final TreeSet<DueJob> index =
      new TreeSet<>(Comparator.comparing(DueJob::due).thenComparing(DueJob::id));
  private final Map<JobId, Instant> rows = new HashMap<>();
  private final Queue<CompletableFuture<Void>> holdUps = new ArrayDeque<>();
  int reads;
  int faults;

  void sleep(JobId job, Instant until) {
    decided(job);
    rows.put(job, until);
    index.add(new DueJob(until, job));
  }

  void decided(JobId job) {
    Instant until = rows.remove(job);
    if (until != null) {
      index.remove(new DueJob(until, job));
    }
  }

  boolean isEmpty() {
    return index.isEmpty();
  }

  /// The next read looks at once, but answers only when this completes, and as this completes.
  CompletableFuture<Void> holdUpNextRead() {
    CompletableFuture<Void> holdUp = new CompletableFuture<>();
    holdUps.add(holdUp);
    return holdUp;
  }

  @Override
  public CompletionStage<List<DueJob>> due(Instant after, Instant upTo, int limit) {
    reads++;
    if (faults-- > 0) {
      throw new IllegalStateException("planted");
    }
    List<DueJob> found = new ArrayList<>();
    for (DueJob job : index.tailSet(new DueJob(after, new JobId("7" + "z".repeat(25))), false)) {
      if (job.due().isAfter(upTo) || found.size() == limit) {
        break;
      }
      found.add(job);
    }
    CompletableFuture<Void> holdUp = holdUps.poll();
    return holdUp == null ? CompletableFuture.completedFuture(found) : holdUp.thenApply(_ -> found);
  }
}
