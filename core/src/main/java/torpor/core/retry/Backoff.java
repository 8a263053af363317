package torpor.core.retry;

import java.time.Duration;

/// How long to wait before the n-th retry.
public sealed interface Backoff {

  /// The same wait every time.
  record Fixed(Duration delay) implements Backoff {
    public Fixed {
      requireNotNegative(delay);
    }
  }

  /// `initial * factor^(n-1)`, at most `cap`, spread by up to `jitter` of itself either way.
  record Exponential(Duration initial, double factor, Duration cap, double jitter)
      implements Backoff {
    public Exponential {
      requireNotNegative(initial);
      requireNotNegative(cap);
      if (!(factor >= 1.0 && factor <= 100.0)) {
        throw new IllegalArgumentException("backoff factor must be from 1 to 100: " + factor);
      }
      if (!(jitter >= 0.0 && jitter <= 1.0)) {
        throw new IllegalArgumentException("backoff jitter must be from 0 to 1: " + jitter);
      }
    }
  }

  /// @param retry 1 for the first retry
  /// @param draw a random number from 0 (inclusive) to 1 (exclusive)
  default Duration delay(int retry, double draw) {
    return switch (this) {
      case Fixed(Duration delay) -> delay;
      case Exponential(Duration initial, double factor, Duration cap, double jitter) -> {
        double most = (double) cap.toMillis();
        double grown = initial.toMillis() * Math.pow(factor, Math.max(0, retry - 1));
        double spread = Math.min(grown, most) * (1 + jitter * (2 * draw - 1));
        yield Duration.ofMillis((long) Math.clamp(spread, 0.0, most));
      }
    };
  }

  private static void requireNotNegative(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("a wait cannot be negative: " + duration);
    }
  }
}
