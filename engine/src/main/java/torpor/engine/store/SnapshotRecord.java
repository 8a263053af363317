package torpor.engine.store;

import java.util.Optional;
import torpor.core.machine.Generation;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotRef;

/// A durable snapshot as the store lists it.
public record SnapshotRecord(
    SnapshotRef ref, Generation generation, Optional<String> label, SnapshotFacts facts) {}
