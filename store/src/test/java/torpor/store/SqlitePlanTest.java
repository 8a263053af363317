package torpor.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import torpor.store.sql.Row;

class SqlitePlanTest extends PlanContract {
  @TempDir static Path directory;

  @BeforeAll
  static void fill() {
    fill(OpenStores.sqlite(directory));
  }

  @Override
  StoreAddress address() {
    return OpenStores.sqlite(directory);
  }

  @Override
  Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("torpor.db"));
  }

  @Override
  List<String> plan(Connection connection, String sql, Row parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("EXPLAIN QUERY PLAN " + sql)) {
      parameters.bind(statement);
      return lines(statement, "detail");
    }
  }

  @Override
  boolean scans(List<String> plan) {
    return plan.stream().anyMatch(line -> line.startsWith("SCAN") || line.contains("TEMP B-TREE"));
  }
}
