package torpor.engine.recovery;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.job.Job;
import torpor.core.job.JobId;
import torpor.core.job.JobPhase;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.disk.InstanceDirectories;
import torpor.engine.store.JobStore;
import torpor.engine.store.SnapshotRecord;
import torpor.engine.store.StoredJob;

/// Removes what no row owns: directories of jobs that do not exist, and snapshots of resting jobs
/// that no commit names. Jobs in flight are left alone; recovery has seen to them.
public final class Janitor {
  private static final Logger log = LoggerFactory.getLogger(Janitor.class);
  private static final int BATCH = 200;

  private final JobStore store;
  private final InstanceDirectories directories;

  public Janitor(JobStore store, InstanceDirectories directories) {
    this.store = store;
    this.directories = directories;
  }

  /// One whole round.
  ///
  /// @param present the directories that were there when the daemon started, before any new job
  public CompletionStage<Void> tidy(Set<JobId> present) {
    return tidyFrom(List.copyOf(present), 0);
  }

  private CompletionStage<Void> tidyFrom(List<JobId> all, int from) {
    if (from >= all.size()) {
      return CompletableFuture.completedFuture(null);
    }
    List<JobId> batch = all.subList(from, Math.min(all.size(), from + BATCH));
    return store
        .loadAll(batch)
        .thenCompose(rows -> {
          Set<JobId> strangers = new HashSet<>(batch);
          List<CompletableFuture<?>> work = new ArrayList<>();
          for (StoredJob row : rows) {
            strangers.remove(row.job().id());
            if (row.job().state().phase().kind() != JobPhase.Kind.LIVE
                && row.job().lastSnapshot() > 0) {
              work.add(reconcile(row.job()).toCompletableFuture());
            }
          }
          for (JobId stranger : strangers) {
            log.info("removing the directory of {}, which does not exist", stranger);
            work.add(directories.remove(stranger).toCompletableFuture());
          }
          return CompletableFuture.allOf(work.toArray(CompletableFuture[]::new));
        })
        .thenCompose(_ -> tidyFrom(all, from + BATCH));
  }

  /// The job may wake meanwhile; what it publishes then has a number that it had not given out yet.
  private CompletionStage<Void> reconcile(Job job) {
    JobId id = job.id();
    return store
        .snapshots(id)
        .thenCompose(known ->
            directories.reconcile(
                id,
                known.stream()
                    .map(SnapshotRecord::ref)
                    .map(ref -> ref.number())
                    .collect(Collectors.toSet()),
                new SnapshotNumber(job.lastSnapshot())));
  }
}
