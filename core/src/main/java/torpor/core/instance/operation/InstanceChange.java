package torpor.core.instance.operation;

import java.time.Instant;
import java.util.Optional;
import torpor.core.machine.Generation;
import torpor.core.snapshot.SnapshotCheck;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.Token;

/// A row to write in the same transaction as the instance's own.
public sealed interface InstanceChange {

  /// @param scheduled whether the instance's schedule took it, whose retention it is subject to
  record SnapshotRecorded(
      SnapshotNumber number,
      Generation generation,
      Token token,
      Optional<String> label,
      SnapshotFacts facts,
      Instant takenAt,
      boolean scheduled)
      implements InstanceChange {}

  /// Somebody looked whether it is good. Where it is gone meanwhile, nothing is written.
  record SnapshotChecked(SnapshotNumber number, SnapshotCheck check) implements InstanceChange {}

  record SnapshotForgotten(SnapshotNumber number) implements InstanceChange {}

  /// Every row of this instance goes, its own too.
  record Removed() implements InstanceChange {}
}
