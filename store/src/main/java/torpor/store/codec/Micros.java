package torpor.store.codec;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Moments as microseconds since 1970; what is finer is cut off.
public final class Micros {
  private static final Instant EARLIEST = instant(Long.MIN_VALUE + 1_000_000);
  private static final Instant LATEST = instant(Long.MAX_VALUE - 1_000_000);

  private Micros() {}

  public static long of(Instant moment) {
    return Math.addExact(
        Math.multiplyExact(moment.getEpochSecond(), 1_000_000L), moment.getNano() / 1_000);
  }

  /// For bounds of a search: what is further away than can be stored is as far as can be.
  public static long clamped(Instant bound) {
    if (bound.isBefore(EARLIEST)) {
      return Long.MIN_VALUE;
    }
    return bound.isAfter(LATEST) ? Long.MAX_VALUE : of(bound);
  }

  public static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
  }

  public static Instant truncated(Instant moment) {
    return moment.truncatedTo(ChronoUnit.MICROS);
  }
}
