package torpor.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import torpor.store.sql.Row;

class PostgresqlPlanTest extends PlanContract {
  @RegisterExtension static final EmbeddedPostgresql SERVER = new EmbeddedPostgresql();
  private static StoreAddress filled = new StoreAddress.Sqlite(java.nio.file.Path.of("unused"));

  @BeforeAll
  static void fill() throws SQLException {
    filled = SERVER.fresh();
    fill(filled);
    try (Connection connection = EmbeddedPostgresql.connect(filled)) {
      execute(connection, "ANALYZE");
    }
  }

  @Override
  StoreAddress address() {
    return filled;
  }

  @Override
  Connection connect() throws SQLException {
    return EmbeddedPostgresql.connect(filled);
  }

  @Override
  List<String> plan(Connection connection, String sql, Row parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("EXPLAIN " + sql)) {
      parameters.bind(statement);
      return lines(statement, "QUERY PLAN");
    }
  }

  /// Definitions are a handful of rows on one page, where a scan is the shortest way.
  @Override
  boolean scans(List<String> plan) {
    return plan.stream()
        .anyMatch(line -> line.contains("Seq Scan") && !line.contains("on definitions"));
  }
}
