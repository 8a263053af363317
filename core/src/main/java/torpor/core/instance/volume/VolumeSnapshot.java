package torpor.core.instance.volume;

import java.time.Instant;
import java.util.Optional;
import torpor.core.snapshot.SnapshotNumber;

/// What a volume was at a moment. It needs nothing else to be made into a volume again.
///
/// @param label a name that a person gave it
/// @param bytes how large the volume was
public record VolumeSnapshot(
    SnapshotNumber number, Optional<String> label, long bytes, Instant takenAt) {}
