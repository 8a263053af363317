package torpor.runtime.wasm.wasi;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/// The two clocks of a guest. The monotonic one belongs to the guest, not to the host: it goes on
/// across restores, by the wall time spent frozen, so that a deadline computed before is still
/// right after.
public final class GuestClock {
  private final Clock wall;
  private final LongSupplier nanoTime;
  private final long startNanos;
  private final long offsetNanos;

  /// The monotonic reading and the wall time at which it was taken.
  public record Reading(long monotonicNanos, Instant at) {}

  private GuestClock(Clock wall, LongSupplier nanoTime, long offsetNanos) {
    this.wall = wall;
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
    this.offsetNanos = offsetNanos;
  }

  public static GuestClock starting(Clock wall, LongSupplier nanoTime) {
    return new GuestClock(wall, nanoTime, 1);
  }

  /// Goes on from a saved reading. A wall clock set back while the guest was frozen counts as no
  /// time.
  public static GuestClock resuming(Reading saved, Clock wall, LongSupplier nanoTime) {
    Duration frozen = Duration.between(saved.at(), wall.instant());
    long away = frozen.isNegative() ? 0 : frozen.toNanos();
    return new GuestClock(wall, nanoTime, saved.monotonicNanos() + away);
  }

  public Reading reading() {
    return new Reading(monotonicNanos(), wall.instant());
  }

  long monotonicNanos() {
    return offsetNanos + (nanoTime.getAsLong() - startNanos);
  }

  long realtimeNanos() {
    Instant now = wall.instant();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }
}
