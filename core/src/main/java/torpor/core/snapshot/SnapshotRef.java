package torpor.core.snapshot;

import java.time.Instant;
import java.util.Optional;
import torpor.core.wake.Wake;

/// A durable snapshot, as its job knows it.
///
/// @param wake what ended the sleep that began with this snapshot, once something has; it is part
///   of the answer that every restore of this snapshot gets
public record SnapshotRef(
    SnapshotNumber number, Instant takenAt, Token token, Optional<Wake> wake) {

  public SnapshotRef wokenBy(Wake cause) {
    return new SnapshotRef(number, takenAt, token, Optional.of(cause));
  }
}
