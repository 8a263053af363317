package torpor.core.snapshot;

import java.util.Optional;

/// What a runtime says of a snapshot it has made durable.
///
/// @param bytes what the snapshot itself occupies on disk, shared files not counted
/// @param parent the snapshot whose files it shares, where it is incremental
public record SnapshotFacts(long bytes, Optional<SnapshotNumber> parent) {}
