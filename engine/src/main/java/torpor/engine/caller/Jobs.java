package torpor.engine.caller;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import torpor.core.definition.JsonText;
import torpor.core.job.JobId;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.store.JobListing;
import torpor.engine.store.JobStore;
import torpor.engine.store.RecordedHappening;
import torpor.engine.store.SnapshotRecord;

/// Jobs, for callers. Thread-safe and asynchronous; what is answered is durable. A future completes
/// exceptionally only where the daemon itself is at fault.
public interface Jobs {

  CompletionStage<Reply<Spawned>> spawn(SpawnRequest request);

  /// Reads an id, or the beginning of one that only one job has.
  CompletionStage<Reply<JobId>> resolve(String idOrPrefix);

  CompletionStage<Reply<JobView>> get(JobId id);

  /// Newest first, those older than `before`.
  CompletionStage<Reply<List<JobListing>>> list(
      JobStore.JobFilter filter, Optional<JobId> before, int limit);

  /// @return the signal's sequence number within the job
  CompletionStage<Reply<Integer>> signal(
      JobId id, String name, JsonText payload, Optional<IdempotentRequest> idempotent);

  CompletionStage<Reply<JobView>> wake(JobId id, Optional<IdempotentRequest> idempotent);

  CompletionStage<Reply<JobView>> cancel(
      JobId id, String by, Optional<IdempotentRequest> idempotent);

  /// @param from the snapshot to go on from; the newest where empty
  CompletionStage<Reply<JobView>> retry(
      JobId id,
      boolean fromStart,
      Optional<SnapshotNumber> from,
      Optional<IdempotentRequest> idempotent);

  /// Deletes an ended job and everything about it.
  CompletionStage<Reply<JobId>> remove(JobId id);

  /// The job once it has ended, or as it is when `patience` has passed.
  CompletionStage<Reply<JobView>> awaitEnd(JobId id, Duration patience);

  CompletionStage<Reply<List<SnapshotRecord>>> snapshots(JobId id);

  /// What happened after `sequence`, oldest first: at once where something has, else as soon as
  /// something does, empty after `patience`.
  ///
  /// @param job narrows to one
  CompletionStage<List<RecordedHappening>> happenings(
      Optional<JobId> job, long afterSequence, int limit, Duration patience);

  /// The newest sequence number.
  CompletionStage<Long> lastSequence();

  EngineStats stats();
}
