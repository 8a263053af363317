package torpor.engine.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import torpor.core.instance.Instance;
import torpor.core.instance.operation.InstanceChange;
import torpor.core.job.Happening;

/// One step of one hand-driven instance, to become durable as a whole or not at all: its row, its
/// address and ports, the rows that change with it, its history.
///
/// @param expected the version the row has; [Version#ABSENT] inserts it
public record InstanceTransition(
    Instance next,
    Version expected,
    List<InstanceChange> changes,
    List<Happening> happenings,
    Optional<Idempotency> idempotency,
    Instant at) {
  public InstanceTransition {
    changes = List.copyOf(changes);
    happenings = List.copyOf(happenings);
  }
}
