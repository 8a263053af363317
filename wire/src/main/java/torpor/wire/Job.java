package torpor.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// A job as a caller sees it.
///
/// @param state `pending`, `starting`, `running`, `checkpointing`, `suspending`, `suspended`,
///   `restoring`, `pending_retry`, `exiting`, `terminating`, `completed`, `failed` or `cancelled`
/// @param since when it entered that state
/// @param attempt 1 at first, +1 each time it goes on after an unplanned end; `retry_count` is one
///   less
/// @param generation which life of its machine: +1 at every start or restore
/// @param restoredFrom the snapshot that the present life began with
/// @param newestSnapshot what a restore would use
/// @param waker what may end its sleep; while it sleeps
/// @param dueAt when time alone changes it next: the end of a sleep, the next retry, its deadline
/// @param failure why it failed, or why it waits for its next attempt
/// @param output what the program handed over at its exit
/// @param pendingSignals signals received and not yet taken by the program
/// @param params not in lists
/// @param endedAt when it completed, failed or was cancelled
public record Job(
    String id,
    String jobId,
    String state,
    Instant since,
    String definitionName,
    String definitionVersion,
    int attempt,
    int retryCount,
    int generation,
    Optional<Integer> restoredFrom,
    Optional<SnapshotStamp> newestSnapshot,
    Optional<Waker> waker,
    Optional<Instant> dueAt,
    Optional<Instant> deadline,
    Optional<Failure> failure,
    Optional<Integer> exitCode,
    Optional<RawJson> output,
    Optional<String> cancelledBy,
    Optional<Progress> progress,
    int pendingSignals,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<RawJson> params,
    Map<String, String> metadata,
    Instant spawnedAt,
    Optional<Instant> endedAt) {
  public Job {
    output = output.filter(json -> !json.isNull());
    params = params.filter(json -> !json.isNull());
    metadata = Map.copyOf(metadata);
  }
}
