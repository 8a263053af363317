package torpor.engine.store;

import java.util.Optional;
import torpor.core.machine.Generation;
import torpor.core.snapshot.SnapshotCheck;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotRef;

/// A durable snapshot as the store lists it.
///
/// @param scheduled whether its instance's schedule took it
/// @param check what is known of its being good
public record SnapshotRecord(
    SnapshotRef ref,
    Generation generation,
    Optional<String> label,
    SnapshotFacts facts,
    boolean scheduled,
    SnapshotCheck check) {

  /// One that nobody has looked at, asked for by a person or a program.
  public SnapshotRecord(
      SnapshotRef ref, Generation generation, Optional<String> label, SnapshotFacts facts) {
    this(ref, generation, label, facts, false, new SnapshotCheck.Unchecked());
  }

  /// The same, occupying that much.
  public SnapshotRecord withBytes(long bytes) {
    return new SnapshotRecord(
        ref, generation, label, new SnapshotFacts(bytes, facts.parent()), scheduled, check);
  }
}
