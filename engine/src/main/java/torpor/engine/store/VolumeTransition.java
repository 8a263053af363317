package torpor.engine.store;

import java.time.Instant;
import java.util.Optional;
import torpor.core.instance.volume.Volume;

/// One step of one volume, to become durable as a whole or not at all.
///
/// @param expected the version the row has; [Version#ABSENT] inserts it
/// @param removed whether the row goes
/// @param givenUp whether what was asked for is not going to be: the key it was asked with is good
///   again
/// @param idempotency only where the row is inserted
public record VolumeTransition(
    Volume next,
    Version expected,
    boolean removed,
    boolean givenUp,
    Optional<Idempotency> idempotency,
    Instant at) {

  public static VolumeTransition insert(
      Volume first, Optional<Idempotency> idempotency, Instant at) {
    return new VolumeTransition(first, Version.ABSENT, false, false, idempotency, at);
  }

  public static VolumeTransition update(Volume next, Version expected, Instant at) {
    return new VolumeTransition(next, expected, false, false, Optional.empty(), at);
  }

  /// A volume whose create has failed.
  public static VolumeTransition giveUp(Volume next, Version expected, Instant at) {
    return new VolumeTransition(next, expected, false, true, Optional.empty(), at);
  }

  public static VolumeTransition remove(StoredVolume row, Instant at) {
    return new VolumeTransition(row.volume(), row.version(), true, false, Optional.empty(), at);
  }
}
