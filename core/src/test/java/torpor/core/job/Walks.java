package torpor.core.job;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// All the walks, walked once for every test that asks about them.
///
/// @param edges every edge that was taken
/// @param failed the seed of the first walk that failed
record Walks(Set<World.Edge> edges, Optional<Long> failed) {
  static final int LENGTH = 60;
  private static final int COUNT = Integer.getInteger("walk.count", 20_000);

  /// Walked by whoever asks first.
  private static final class Once {
    static final Walks ALL = walk();
  }

  static Walks all() {
    return Once.ALL;
  }

  private static Walks walk() {
    Set<World.Edge> edges = new HashSet<>();
    for (long seed = 0; seed < COUNT; seed++) {
      long chosen = seed;
      Optional<Throwable> failure =
          Walk.random(seed, LENGTH)
              .failure(world -> {
                world.furnish(chosen);
                world.collect(edges);
              });
      if (failure.isPresent()) {
        return new Walks(edges, Optional.of(seed));
      }
    }
    return new Walks(edges, Optional.empty());
  }
}
