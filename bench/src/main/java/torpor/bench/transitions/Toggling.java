package torpor.bench.transitions;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import torpor.bench.stage.NoopJobs;
import torpor.bench.stage.Stages;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.JobStore;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Transition;
import torpor.engine.store.Version;

/// Callers that each have a running job and let it take and give back a lock.
final class Toggling {
  private final JobStore store;
  private final NoopJobs jobs;
  private final AtomicReferenceArray<StoredJob> rows;

  Toggling(JobStore store, NoopJobs jobs, int callers) {
    this.store = store;
    this.jobs = jobs;
    List<StoredJob> inserted =
        Stream.generate(() -> new StoredJob(jobs.running(jobs.id()), Version.ABSENT.next()))
            .limit(callers)
            .toList();
    List<CompletionStage<CommitOutcome>> inserts =
        inserted.stream().map(row -> store.commit(jobs.insert(row.job()))).toList();
    inserts.forEach(Stages::await);
    this.rows = new AtomicReferenceArray<>(callers);
    IntStream.range(0, callers).forEach(i -> rows.set(i, inserted.get(i)));
  }

  CompletionStage<?> toggle(int caller) {
    Transition transition = jobs.toggleLock(rows.get(caller));
    return store
        .commit(transition)
        .thenAccept(outcome -> {
          if (!(outcome instanceof CommitOutcome.Committed(var version, var _))) {
            throw new IllegalStateException("not committed: " + outcome);
          }
          rows.set(caller, new StoredJob(transition.next(), version));
        });
  }
}
