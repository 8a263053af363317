package torpor.bench.sleepers;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import torpor.bench.stage.EngineNode;
import torpor.bench.stage.JobRows;
import torpor.bench.stage.NoopJobs;
import torpor.bench.stage.Raw;
import torpor.core.job.Job;
import torpor.store.SqlJobStore;
import torpor.store.StoreAddress;
import torpor.store.sql.Session;
import torpor.store.write.NodeLease;

/// A store full of sleeping jobs.
///
/// @param lease of the node they belong to, released
public record Sleepers(StoreAddress address, NodeLease lease, NoopJobs jobs) {
  /// No sleeper of the crowd is due while a benchmark runs.
  private static final Duration UNDISTURBED = Duration.ofMinutes(30);

  private static final Duration SPREAD = Duration.ofDays(1);

  /// An empty store.
  public static Sleepers in(StoreAddress address) {
    try (SqlJobStore store = EngineNode.open(address)) {
      return new Sleepers(address, store.lease(), NoopJobs.in(store));
    }
  }

  /// Adds a crowd that sleeps on, due one after the other over a day.
  public Sleepers crowd(int count) throws SQLException {
    Instant since = NoopJobs.now();
    Instant first = since.plus(UNDISTURBED);
    long apart = SPREAD.toNanos() / 1_000 / Math.max(1, count) * 1_000;
    try (Session session = Raw.session(address)) {
      new JobRows(lease)
          .load(
              session,
              IntStream.range(0, count)
                  // Who sleeps longest need not have come last.
                  .mapToObj(i -> first.plusNanos(apart * ((i * 7_919L) % count)))
                  .map(due -> jobs.asleep(jobs.id(), since, due)));
    }
    return this;
  }

  /// Adds jobs with all their rows, due from a moment on, so far apart.
  public List<Job> due(int count, Instant first, Duration apart) throws SQLException {
    Instant since = NoopJobs.now();
    List<Job> all = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      all.add(jobs.asleep(jobs.id(), since, first.plus(apart.multipliedBy(i))));
    }
    try (Session session = Raw.session(address)) {
      new JobRows(lease).loadWhole(session, all.stream());
    }
    return all;
  }

  /// Adds jobs that were running when their daemon ended.
  public void running(int count) throws SQLException {
    try (Session session = Raw.session(address)) {
      new JobRows(lease)
          .load(session, IntStream.range(0, count).mapToObj(_ -> jobs.running(jobs.id())));
    }
  }
}
