package torpor.testkit.sim;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/// All the randomness of one run.
final class Dice {
  private final SplittableRandom random;

  Dice(long seed) {
    this.random = new SplittableRandom(seed);
  }

  boolean chance(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  /// From 0 (inclusive) to `bound` (exclusive).
  int below(int bound) {
    return random.nextInt(bound);
  }

  /// Both ends inclusive.
  int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  long number() {
    return random.nextLong();
  }

  double draw() {
    return random.nextDouble();
  }

  /// Mostly short, sometimes long: `most` divided by a random power of two.
  Duration upTo(Duration most) {
    return Duration.ofNanos(1_000 * (random.nextLong(most.toNanos() / 1_000 + 1) >> below(6)));
  }

  <T> T pick(List<T> from) {
    return from.get(below(from.size()));
  }
}
