package torpor.api.node;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import torpor.core.job.JobPhase;
import torpor.engine.caller.EngineStats;
import torpor.engine.store.JobCounts;

/// The engine's figures as metrics. Pure.
final class EngineMetrics {
  private EngineMetrics() {}

  static List<MetricSnapshot> of(EngineStats stats) {
    return List.of(
        gauge("torpor_actors", "Jobs held in memory.", stats.actors()),
        gauge("torpor_machines", "Machines alive or being made.", stats.machines()),
        gauge(
            "torpor_waiting_for_place",
            "Starts and restores waiting for a free place.",
            stats.waitingForPlace()),
        gauge("torpor_timers", "Timers held in memory.", stats.timers()),
        counter("torpor_commits", "Transitions made durable.", (double) stats.commits()),
        counter("torpor_wakes", "Sleeps ended by time.", (double) stats.wakes()),
        counter(
            "torpor_wake_lateness_seconds",
            "Summed over all wakes: from due to durably woken.",
            stats.wakeLatenessMicros() / 1e6));
  }

  static MetricSnapshot of(JobCounts counts) {
    GaugeSnapshot.Builder jobs = GaugeSnapshot.builder().name("torpor_jobs").help("Jobs by state.");
    for (JobPhase phase : JobPhase.values()) {
      jobs.dataPoint(
          GaugeSnapshot.GaugeDataPointSnapshot.builder()
              .labels(Labels.of("state", phase.text()))
              .value(counts.byPhase().getOrDefault(phase, 0L).doubleValue())
              .build());
    }
    return jobs.build();
  }

  private static MetricSnapshot gauge(String name, String help, double value) {
    return GaugeSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder().value(value).build())
        .build();
  }

  private static MetricSnapshot counter(String name, String help, double value) {
    return CounterSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder().value(value).build())
        .build();
  }
}
