package torpor.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Every promise, under whatever a seed brings. With `-Dsim.seed=N` that one seed is run, traced.
class RandomRunsTest {
  private static final long FIRST_SEED = Long.getLong("sim.first", 1);
  private static final int SEEDS = Integer.getInteger("sim.seeds", 2_000);
  private static final Duration BUDGET = Duration.ofSeconds(Integer.getInteger("sim.seconds", 35));
  private static final int SHOWN_LINES = 250;

  @Test
  void everyPromiseIsKeptWhateverGoesWrong() {
    Long only = Long.getLong("sim.seed");
    if (only != null) {
      SimRun.Result result = SimRun.random(only, Planted.NOTHING, true);
      result.trace().forEach(System.out::println);
      assertThat(result.violation()).as("seed %d", only).isEmpty();
      return;
    }
    long began = System.nanoTime();
    long steps = 0;
    int ran = 0;
    while (ran < SEEDS && System.nanoTime() - began < BUDGET.toNanos()) {
      SimRun.Result result = SimRun.random(FIRST_SEED + ran, Planted.NOTHING, false);
      if (result.violation().isPresent()) {
        throw new AssertionError(explain(result.seed()));
      }
      steps += result.steps();
      ran++;
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.printf(
        "simulation: %d seeds from %d, %d steps, %.0f seeds/s%n",
        ran, FIRST_SEED, steps, ran / seconds);
    assertThat(ran).as("seeds within %s", BUDGET).isGreaterThan(Math.min(SEEDS, 100) - 1);
  }

  private static String explain(long seed) {
    SimRun.Result again = SimRun.random(seed, Planted.NOTHING, true);
    List<String> trace = again.trace();
    return """
    seed %d breaks %s
    replay it, with its whole trace:
      mvn -o -pl testkit test -Dtest=RandomRunsTest -Dsim.seed=%d
    the end of the trace:
    %s\
    """
        .formatted(
            seed,
            again.violation().map(Violation::toString).orElse("nothing when run again"),
            seed,
            String.join(
                "\n", trace.subList(Math.max(0, trace.size() - SHOWN_LINES), trace.size())));
  }

  @Test
  void oneSeedIsOneRun() {
    for (long seed = 1; seed <= 20; seed++) {
      SimRun.Result first = SimRun.random(seed, Planted.NOTHING, true);
      SimRun.Result again = SimRun.random(seed, Planted.NOTHING, true);
      assertThat(again.trace()).isNotEmpty().isEqualTo(first.trace());
      assertThat(SimRun.random(seed, Planted.NOTHING, false).steps()).isEqualTo(first.steps());
    }
  }
}
