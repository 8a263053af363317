package torpor.core.job;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// One random walk: a list of numbers, each of which makes one step in whatever world it meets. So
/// any part of a walk is a walk, and a failing one can be cut down.
record Walk(int[] steps) {

  static Walk random(long seed, int length) {
    SplittableRandom random = new SplittableRandom(seed);
    return new Walk(random.ints(length).toArray());
  }

  /// Walks, then lets the world answer everything.
  ///
  /// @return what went wrong, if something did
  Optional<Throwable> failure(Consumer<World> start) {
    World world = new World();
    start.accept(world);
    try {
      for (int step : steps) {
        world.step(new SplittableRandom(step));
      }
      world.settle();
      return Optional.empty();
    } catch (AssertionError | RuntimeException e) {
      return Optional.of(e);
    }
  }

  /// The shortest part of this walk that still fails, found by leaving out ever smaller pieces.
  Walk shrunk(Consumer<World> start) {
    Walk best = this;
    for (int piece = Math.max(1, steps.length / 2); piece > 0; piece /= 2) {
      int from = 0;
      while (from < best.steps.length) {
        Walk shorter = best.without(from, Math.min(from + piece, best.steps.length));
        if (shorter.failure(start).isPresent()) {
          best = shorter;
        } else {
          from += piece;
        }
      }
    }
    return best;
  }

  private Walk without(int from, int to) {
    int[] left = new int[steps.length - (to - from)];
    System.arraycopy(steps, 0, left, 0, from);
    System.arraycopy(steps, to, left, from, steps.length - to);
    return new Walk(left);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Walk(int[] theirs) && Arrays.equals(steps, theirs);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(steps);
  }

  @Override
  public String toString() {
    return Arrays.toString(steps);
  }
}
