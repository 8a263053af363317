package torpor.core.snapshot;

import java.time.Instant;

/// What is known of a snapshot's being good for a restore.
public sealed interface SnapshotCheck {

  /// Nobody has looked since it was written.
  record Unchecked() implements SnapshotCheck {}

  /// Every byte of it was read and is what was written, and a machine was made of it that answered.
  record Verified(Instant at) implements SnapshotCheck {}

  /// It is not what was written, or no machine can be made of it.
  record Damaged(Instant at, String reason) implements SnapshotCheck {}
}
