package torpor.testkit.sim;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import torpor.engine.serial.LentThread;

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

  /// Asks as a caller does who waits for the answer: at times the engine has its thread meanwhile.
  void asking(Runnable work) {
    if (chance(0.5)) {
      LentThread.lend(work::run);
    } else {
      work.run();
    }
  }

  <T> T pick(List<T> from) {
    return from.get(below(from.size()));
  }
}
