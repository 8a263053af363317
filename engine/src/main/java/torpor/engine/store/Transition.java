package torpor.engine.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import torpor.core.job.Happening;
import torpor.core.job.Job;
import torpor.core.job.JobChange;

/// One step of one job, to become durable as a whole or not at all: the job's row, the rows that
/// change with it, its history, and the idempotency record of the request that asked for it.
///
/// @param expected the version the row has; [Version#ABSENT] inserts it
/// @param inputs present with an insert only
public record Transition(
    Job next,
    Version expected,
    List<JobChange> changes,
    List<Happening> happenings,
    Optional<JobInputs> inputs,
    Optional<Idempotency> idempotency,
    Instant at) {
  public Transition {
    changes = List.copyOf(changes);
    happenings = List.copyOf(happenings);
  }
}
