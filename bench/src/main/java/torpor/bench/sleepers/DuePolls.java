package torpor.bench.sleepers;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import torpor.bench.measure.Bar;
import torpor.bench.measure.Figure;
import torpor.bench.measure.Finding;
import torpor.bench.measure.Pairs;
import torpor.bench.measure.Spread;
import torpor.bench.stage.EngineNode;
import torpor.bench.stage.NoopJobs;
import torpor.bench.stage.Scale;
import torpor.bench.stage.Stages;
import torpor.engine.store.JobStore;
import torpor.store.SqlJobStore;

/// The question that is asked for ever: who is due? Nobody.
final class DuePolls {
  private static final Duration LOOK_BACK = Duration.ofMinutes(1);
  private static final int LIMIT = 10_000;

  private DuePolls() {}

  static Finding measure(String database, Scale scale, Sleepers many, Sleepers few)
      throws Exception {
    try (SqlJobStore crowded = EngineNode.open(many.address());
        SqlJobStore empty = EngineNode.open(few.address())) {
      Pairs pairs =
          Pairs.take(
              scale.pairs(),
              () -> micros(crowded, scale.calls()),
              () -> micros(empty, scale.calls()));
      return Finding.ratio(
          "empty due-poll, %s, %,d sleepers to %,d"
              .formatted(database, scale.sleepers(), scale.fewSleepers()),
          pairs.ratio(),
          Optional.of(Bar.atMost(1.2)),
          List.of(
              Figure.of("many", pairs.ofSubject(), "µs"), Figure.of("few", pairs.ofFloor(), "µs")));
    }
  }

  private static double micros(JobStore store, int calls) {
    double[] each = new double[calls];
    for (int i = 0; i < calls; i++) {
      Instant now = NoopJobs.now();
      long began = System.nanoTime();
      int found = Stages.await(store.due(now.minus(LOOK_BACK), now, LIMIT)).size();
      each[i] = (System.nanoTime() - began) / 1e3;
      if (found > 0) {
        throw new IllegalStateException(found + " jobs are due that should sleep");
      }
    }
    return Spread.medianOf(each).value();
  }
}
