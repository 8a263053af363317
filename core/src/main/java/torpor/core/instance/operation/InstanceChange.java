package torpor.core.instance.operation;

import java.time.Instant;
import java.util.Optional;
import torpor.core.machine.Generation;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.Token;

/// A row to write in the same transaction as the instance's own.
public sealed interface InstanceChange {

  record SnapshotRecorded(
      SnapshotNumber number,
      Generation generation,
      Token token,
      Optional<String> label,
      SnapshotFacts facts,
      Instant takenAt)
      implements InstanceChange {}

  record SnapshotForgotten(SnapshotNumber number) implements InstanceChange {}

  /// Every row of this instance goes, its own too.
  record Removed() implements InstanceChange {}
}
