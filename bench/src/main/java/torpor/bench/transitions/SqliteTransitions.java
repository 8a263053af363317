package torpor.bench.transitions;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import torpor.bench.Benchmark;
import torpor.bench.measure.Bar;
import torpor.bench.measure.Figure;
import torpor.bench.measure.Finding;
import torpor.bench.measure.Pairs;
import torpor.bench.stage.ClosedLoop;
import torpor.bench.stage.EngineNode;
import torpor.bench.stage.NoopJobs;
import torpor.bench.stage.Scale;
import torpor.bench.stage.SlowFlush;
import torpor.bench.stage.Workbench;
import torpor.store.SqlJobStore;
import torpor.store.StoreAddress;
import torpor.store.sql.ConnectionSource;
import torpor.store.write.NodeLease;

/// The store's own rate on SQLite, on this disk and on a slow one.
public final class SqliteTransitions implements Benchmark {
  private static final Duration SLOW = Duration.ofMillis(1);

  @Override
  public String name() {
    return "sqlite";
  }

  @Override
  public String about() {
    return """
    Subject: 256 callers, each with a running job, commit through the store that its program \
    took or gave back a lock (one row updated under its guard, one line of history). Floor: \
    one loop that writes the same two statements on one connection and commits after each \
    pair. SQLite with a write-ahead log and `synchronous=FULL` on both sides. Then again with \
    every commit of either side made to take 1 ms longer.\
    """;
  }

  @Override
  public List<Finding> run(Workbench bench) throws Exception {
    return List.of(
        measure(
            bench, "transitions/s, SQLite, this disk", UnaryOperator.identity(), Bar.atLeast(7)),
        measure(
            bench,
            "transitions/s, SQLite, flush + 1 ms",
            new SlowFlush(SLOW)::around,
            Bar.atLeast(35)));
  }

  private static Finding measure(
      Workbench bench, String what, UnaryOperator<ConnectionSource> wrapping, Bar bar)
      throws Exception {
    bench.say(what);
    Scale scale = bench.scale();
    StoreAddress subjectFile = new StoreAddress.Sqlite(bench.directory("subject").resolve("t.db"));
    StoreAddress floorFile = new StoreAddress.Sqlite(bench.directory("floor").resolve("t.db"));
    NoopJobs floorJobs;
    NodeLease lease;
    try (SqlJobStore floorStore = EngineNode.open(floorFile)) {
      floorJobs = NoopJobs.in(floorStore);
      lease = floorStore.lease();
    }
    try (SqlJobStore store = EngineNode.open(subjectFile, wrapping);
        SingleCommits floor =
            new SingleCommits(
                floorFile, lease, floorJobs, SingleCommits.Writes.JOB_AND_HISTORY, 1, wrapping)) {
      Toggling callers = new Toggling(store, NoopJobs.in(store), scale.callers());
      Pairs pairs =
          Pairs.take(
              scale.pairs(),
              () -> ClosedLoop.rate(scale.callers(), scale.window(), callers::toggle),
              () -> floor.rate(scale.window()));
      return Finding.ratio(
          what,
          pairs.ratio(),
          Optional.of(bar),
          List.of(
              Figure.of("store", pairs.ofSubject(), "/s"),
              Figure.of("one commit each", pairs.ofFloor(), "/s")));
    }
  }
}
