package torpor.core.job;

import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Random walks through a world that answers late, twice, out of order, badly or not at all.
///
/// A failing walk is cut down and printed with its seed; `-Dwalk.seed=` walks that one alone,
/// `-Dwalk.count=` sets how many there are.
class RandomWalksTest {

  @Test
  void noWalkBreaksAPromiseOrLeavesAJobInFlight() {
    Long one = Long.getLong("walk.seed");
    Optional<Long> failed =
        one == null
            ? Walks.all().failed()
            : Optional.of(one).filter(seed -> of(seed).failure(w -> w.furnish(seed)).isPresent());
    failed.ifPresent(seed -> report(seed, of(seed)));
  }

  private static Walk of(long seed) {
    return Walk.random(seed, Walks.LENGTH);
  }

  private static void report(long seed, Walk walk) {
    List<World> worlds = new ArrayList<>();
    Walk shortest = walk.shrunk(world -> world.furnish(seed));
    Optional<Throwable> why =
        shortest.failure(world -> {
          world.furnish(seed);
          worlds.add(world);
        });
    StringBuilder story = new StringBuilder();
    worlds.getFirst().log.forEach(event -> story.append("  ").append(event).append('\n'));
    fail(
        "walk.seed=%d: %s%n%d of %d steps are enough:%n%s",
        seed,
        why.map(Throwable::toString).orElse("fails only when run as a whole"),
        shortest.steps().size(),
        Walks.LENGTH,
        story);
  }
}
