package torpor.core.instance.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Random lives of instances in a small world, with failures and crashes at every moment.
class OperationWalksTest {
  private static final int SEEDS = Integer.getInteger("walks.seeds", 3_000);
  private static final int STEPS = 120;

  @Test
  void nothingLeaksAndEveryOperationEnds() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random chance = new Random(seed);
      OperationWorld world = new OperationWorld(chance, seed);
      for (int step = 0; step < STEPS && !world.removed(); step++) {
        world.step();
      }
      world.settle();
      assertThat(world.faults()).as("seed %s: %s", seed, world.story()).isEmpty();
    }
  }

  /// Every phase and every step is reached by the walks, or they would prove little.
  @Test
  void theWalksGoEverywhere() {
    List<String> seen = new ArrayList<>();
    for (int seed = 0; seed < 600; seed++) {
      OperationWorld world = new OperationWorld(new Random(seed), seed);
      for (int step = 0; step < STEPS && !world.removed(); step++) {
        world.step();
        seen.add(world.instance().state().phase().text());
        world.instance().operation().ifPresent(o -> seen.add(o.step().text()));
      }
    }
    assertThat(seen)
        .contains("creating", "stopped", "running", "paused", "standby", "failed")
        .contains(
            List.of(Operation.Step.values()).stream()
                .map(Operation.Step::text)
                .toArray(String[]::new));
  }
}
