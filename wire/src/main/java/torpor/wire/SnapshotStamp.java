package torpor.wire;

import java.time.Instant;

/// A durable snapshot in a word.
public record SnapshotStamp(int number, Instant takenAt) {}
