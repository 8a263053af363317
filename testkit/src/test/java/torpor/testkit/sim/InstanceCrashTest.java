package torpor.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The daemon dies at every step of what is done to hand-driven instances, and nothing leaks.
class InstanceCrashTest {
  private static final int SEEDS = Integer.getInteger("sim.instance.seeds", 1_500);

  @Test
  void randomLivesWithFailuresAndCrashesLeakNothing() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      InstanceRun run = new InstanceRun(seed, 0).run(40);
      assertThat(run.faults()).as("seed %s: %s", seed, run.story()).isEmpty();
    }
  }

  @Test
  void aCrashAtEveryStepOfOneLifeLeaksNothing() {
    for (long seed = 1; seed <= 6; seed++) {
      long steps = new InstanceRun(seed, Long.MAX_VALUE).run(25).steps();
      assertThat(steps).isGreaterThan(100);
      for (long crashAt = 1; crashAt < Math.min(steps, 2_500); crashAt++) {
        assertThat(new InstanceRun(seed, crashAt).run(25).faults())
            .as("seed %s, crash before step %s", seed, crashAt)
            .isEmpty();
      }
    }
  }
}
