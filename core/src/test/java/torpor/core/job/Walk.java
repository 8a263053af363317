package torpor.core.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// One random walk: a list of numbers, each of which makes one step in whatever world it meets. So
/// any part of a walk is a walk, and a failing one can be cut down.
record Walk(List<Integer> steps) {
  Walk {
    steps = List.copyOf(steps);
  }

  static Walk random(long seed, int length) {
    SplittableRandom random = new SplittableRandom(seed);
    return new Walk(random.ints(length).boxed().toList());
  }

  /// Walks, then lets the world answer everything.
  ///
  /// @return what went wrong, if something did
  Optional<Throwable> failure(Consumer<World> start) {
    World world = new World();
    try {
      start.accept(world);
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
    for (int piece = Math.max(1, steps.size() / 2); piece > 0; piece /= 2) {
      int from = 0;
      while (from < best.steps.size()) {
        Walk shorter = best.without(from, Math.min(from + piece, best.steps.size()));
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
    List<Integer> left = new ArrayList<>(steps.subList(0, from));
    left.addAll(steps.subList(to, steps.size()));
    return new Walk(left);
  }
}
