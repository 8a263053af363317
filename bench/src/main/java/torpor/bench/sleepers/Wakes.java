package torpor.bench.sleepers;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import torpor.bench.measure.Bar;
import torpor.bench.measure.Figure;
import torpor.bench.measure.Finding;
import torpor.bench.measure.Spread;
import torpor.bench.stage.CommitWatch;
import torpor.bench.stage.EngineNode;
import torpor.bench.stage.NoopJobs;
import torpor.bench.stage.NoopRuntime;
import torpor.bench.stage.Scale;
import torpor.bench.stage.Stages;
import torpor.core.job.Happening;
import torpor.core.job.Job;
import torpor.core.job.JobId;
import torpor.engine.store.Transition;

/// Jobs that get up at a steady rate: how late each is durably awake.
final class Wakes {
  /// So long before the first is due, the engine must have started.
  private static final Duration HEAD_START = Duration.ofSeconds(5);

  private static final int MACHINES = 256;

  private Wakes() {}

  static Finding measure(Scale scale, Sleepers sleepers) throws Exception {
    int count = scale.wakesPerSecond() * scale.wakeSeconds();
    Instant first = NoopJobs.now().plus(HEAD_START);
    List<Job> due =
        sleepers.due(count, first, Duration.ofSeconds(1).dividedBy(scale.wakesPerSecond()));
    Map<JobId, Instant> dueAt =
        due.stream().collect(Collectors.toMap(Job::id, job -> job.due().orElseThrow()));
    Latenesses latenesses = new Latenesses(dueAt);
    try (EngineNode node =
        new EngineNode(
            sleepers.address(),
            MACHINES,
            NoopRuntime.Life.ENDS_AT_ONCE,
            _ -> {},
            store -> CommitWatch.around(store, latenesses::durable))) {
      node.start();
      if (NoopJobs.now().isAfter(first)) {
        throw new IllegalStateException("the engine was not up before the first job was due");
      }
      Stages.await(latenesses.all);
    }
    double[] millis = latenesses.millis();
    return new Finding(
        "lateness p99, %d wakes/s beside %,d sleepers"
            .formatted(scale.wakesPerSecond(), scale.sleepers()),
        Spread.quantileOf(millis, 0.99),
        "ms",
        Optional.of(Bar.atMost(10)),
        List.of(
            Figure.of("p50", Spread.quantileOf(millis, 0.5), "ms"),
            Figure.of("most", Spread.quantileOf(millis, 1), "ms"),
            new Figure("wakes", Integer.toString(count))));
  }

  /// From due to durable, of every wake.
  private static final class Latenesses {
    private final Map<JobId, Instant> dueAt;
    private final AtomicReferenceArray<Duration> each;
    private final AtomicInteger count = new AtomicInteger();
    private final CompletableFuture<Boolean> all = new CompletableFuture<>();

    Latenesses(Map<JobId, Instant> dueAt) {
      this.dueAt = dueAt;
      this.each = new AtomicReferenceArray<>(dueAt.size());
    }

    void durable(Transition transition) {
      if (transition.happenings().stream().noneMatch(h -> h.kind().equals(Happening.WOKEN))) {
        return;
      }
      Instant due = dueAt.get(transition.next().id());
      if (due != null) {
        int index = count.getAndIncrement();
        each.set(index, Duration.between(due, Instant.now()));
        if (index == each.length() - 1) {
          all.complete(true);
        }
      }
    }

    double[] millis() {
      double[] millis = new double[each.length()];
      for (int i = 0; i < millis.length; i++) {
        millis[i] = each.get(i).toNanos() / 1e6;
      }
      return millis;
    }
  }
}
