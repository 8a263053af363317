package torpor.bench.sleepers;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import torpor.bench.Benchmark;
import torpor.bench.measure.Bar;
import torpor.bench.measure.Figure;
import torpor.bench.measure.Finding;
import torpor.bench.measure.Spread;
import torpor.bench.stage.Postgresql;
import torpor.bench.stage.Scale;
import torpor.bench.stage.Workbench;

/// A crowd asleep in PostgreSQL.
public final class PostgresqlSleepers implements Benchmark {
  private static final int WHOLE = 20_000;

  @Override
  public String name() {
    return "sleepers-postgresql";
  }

  @Override
  public String about() {
    return """
    A million jobs asleep in PostgreSQL. (1) Bytes for each in table `jobs` with all its \
    indexes, as `pg_total_relation_size` says after loading; beside it what the other tables \
    hold of a job with one snapshot. (2) Asking who is due when nobody is, beside a database \
    with a thousand.\
    """;
  }

  @Override
  public List<Finding> run(Workbench bench) throws Exception {
    Scale scale = bench.scale();
    Postgresql server = bench.postgresql();
    bench.say("writing %,d sleepers".formatted(scale.sleepers()));
    String database = server.newDatabase();
    Sleepers many = Sleepers.in(server.address(database)).crowd(scale.sleepers());
    double each = size(server, database, "jobs") / scale.sleepers();
    Finding bytes =
        new Finding(
            "bytes per sleeper, PostgreSQL, indexes included",
            Spread.exactly(each),
            "B",
            Optional.of(Bar.atMost(300)),
            besides(server, Math.min(WHOLE, scale.sleepers())));
    String other = server.newDatabase();
    Sleepers few = Sleepers.in(server.address(other)).crowd(scale.fewSleepers());
    settle(server, database);
    settle(server, other);
    bench.say("empty due-polls");
    return List.of(bytes, DuePolls.measure("PostgreSQL", scale, many, few));
  }

  /// What autovacuum would do in its own time, and in the middle of a measurement.
  private static void settle(Postgresql server, String database) throws SQLException {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("VACUUM ANALYZE jobs");
    }
  }

  private static List<Figure> besides(Postgresql server, int count) throws SQLException {
    String database = server.newDatabase();
    var _ =
        Sleepers.in(server.address(database))
            .due(count, Instant.now().plus(Duration.ofHours(1)), Duration.ofMillis(1));
    return List.of(
        Figure.of("table snapshots", size(server, database, "snapshots") / count, "B"),
        Figure.of("table tokens", size(server, database, "tokens") / count, "B"));
  }

  private static double size(Postgresql server, String database, String table) throws SQLException {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery("SELECT pg_total_relation_size('%s')".formatted(table))) {
      return result.next() ? result.getLong(1) : 0;
    }
  }
}
