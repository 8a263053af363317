package torpor.bench.sleepers;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import torpor.bench.measure.Bar;
import torpor.bench.measure.Figure;
import torpor.bench.measure.Finding;
import torpor.bench.measure.Spread;
import torpor.bench.stage.EngineNode;
import torpor.bench.stage.NoopRuntime;
import torpor.bench.stage.Scale;

/// What an engine holds in memory of jobs that sleep.
final class Heap {
  private static final double MIB = 1024.0 * 1024.0;
  private static final int COLLECTIONS = 4;

  private Heap() {}

  static Finding measure(Scale scale, Sleepers many, Sleepers few) {
    double base = liveWith(few);
    double crowded = liveWith(many);
    return new Finding(
        "heap growth from %,d sleepers to %,d".formatted(scale.fewSleepers(), scale.sleepers()),
        Spread.exactly(Math.max(0, crowded - base)),
        "MiB",
        Optional.of(Bar.atMost(64)),
        List.of(
            Figure.of("live heap with many", crowded, "MiB"), Figure.of("with few", base, "MiB")));
  }

  /// MiB that survive collection while an engine runs.
  private static double liveWith(Sleepers sleepers) {
    try (EngineNode node =
        new EngineNode(sleepers.address(), 1, NoopRuntime.Life.GOES_ON).start()) {
      for (int i = 0; i < COLLECTIONS; i++) {
        System.gc();
      }
      long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      if (node.engine().jobs().stats().actors() > 0) {
        throw new IllegalStateException("sleeping jobs are held in memory");
      }
      return used / MIB;
    }
  }
}
