package torpor.bench.transitions;

import java.sql.SQLException;
import java.util.ArrayList;
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
import torpor.bench.stage.Workbench;
import torpor.store.SqlJobStore;
import torpor.store.StoreAddress;

/// The store's own rate on PostgreSQL.
public final class PostgresqlTransitions implements Benchmark {
  private static final int[] CONNECTIONS = {1, 8, 16, 32};

  @Override
  public String name() {
    return "postgresql";
  }

  @Override
  public String about() {
    return """
    Subject: as `sqlite`, on a PostgreSQL server with `fsync=on` and \
    `synchronous_commit=on`, on the same host and disk; there the two and the fence are one \
    statement. Floor: an update of one row and an insert of one line of history, committed \
    pair by pair from 1, 8, 16 or 32 connections, whichever is fastest: PostgreSQL's own group \
    commit at its best. Beside it, the store's own one statement for one row from as many \
    connections.\
    """;
  }

  @Override
  public List<Finding> run(Workbench bench) throws Exception {
    Scale scale = bench.scale();
    StoreAddress address = bench.postgresql().address(bench.postgresql().newDatabase());
    List<Figure> figures = new ArrayList<>();
    try (SqlJobStore store = EngineNode.open(address)) {
      NoopJobs jobs = NoopJobs.in(store);
      int connections = fastest(bench, address, store, jobs, figures);
      bench.say("transitions/s, PostgreSQL, against %d connections".formatted(connections));
      Toggling callers = new Toggling(store, jobs, scale.callers());
      try (SingleCommits floor =
          new SingleCommits(
              address,
              store.lease(),
              jobs,
              SingleCommits.Writes.JOB_AND_HISTORY,
              connections,
              UnaryOperator.identity())) {
        Pairs pairs =
            Pairs.take(
                scale.pairs(),
                () -> ClosedLoop.rate(scale.callers(), scale.window(), callers::toggle),
                () -> floor.rate(scale.window()));
        figures.addFirst(
            Figure.of("one commit each, " + connections + " connections", pairs.ofFloor(), "/s"));
        figures.add(
            Figure.of(
                "the store's statement for one row, %d connections".formatted(connections),
                byStatementOfStore(bench, address, store, jobs, connections),
                "/s"));
        figures.addFirst(Figure.of("store", pairs.ofSubject(), "/s"));
        return List.of(
            Finding.ratio(
                "transitions/s, PostgreSQL", pairs.ratio(), Optional.of(Bar.atLeast(8)), figures));
      }
    }
  }

  private static double byStatementOfStore(
      Workbench bench, StoreAddress address, SqlJobStore store, NoopJobs jobs, int connections)
      throws SQLException {
    try (SingleCommits alone =
        new SingleCommits(
            address,
            store.lease(),
            jobs,
            SingleCommits.Writes.ONE_STATEMENT,
            connections,
            UnaryOperator.identity())) {
      alone.rate(bench.scale().window());
      return alone.rate(bench.scale().window());
    }
  }

  private static int fastest(
      Workbench bench, StoreAddress address, SqlJobStore store, NoopJobs jobs, List<Figure> figures)
      throws Exception {
    int best = 1;
    double bestRate = 0;
    for (int connections : CONNECTIONS) {
      bench.say("one commit each over %d connections".formatted(connections));
      try (SingleCommits floor =
          new SingleCommits(
              address,
              store.lease(),
              jobs,
              SingleCommits.Writes.JOB_AND_HISTORY,
              connections,
              UnaryOperator.identity())) {
        floor.rate(bench.scale().window());
        double rate = floor.rate(bench.scale().window());
        figures.add(Figure.of("tried with %d connections".formatted(connections), rate, "/s"));
        if (rate > bestRate) {
          best = connections;
          bestRate = rate;
        }
      }
    }
    return best;
  }
}
