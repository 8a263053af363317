package torpor.daemon.e2e;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Assumptions;

/// A PostgreSQL server with one database, for one test.
final class PostgresqlServer implements AutoCloseable {
  private final EmbeddedPostgres server;

  private PostgresqlServer(EmbeddedPostgres server) {
    this.server = server;
  }

  /// Skips the calling test, and says so, where no server can run.
  static PostgresqlServer start() {
    try {
      return new PostgresqlServer(
          EmbeddedPostgres.builder().setServerConfig("fsync", "on").start());
    } catch (IOException | RuntimeException e) {
      System.err.println("SKIPPED, since no PostgreSQL server could be started: " + e);
      return Assumptions.abort("no PostgreSQL server: " + e);
    }
  }

  /// As `--store` takes it.
  String address() {
    return "postgresql://postgres:postgres@localhost:%d/postgres".formatted(server.getPort());
  }

  void execute(String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(server.getJdbcUrl("postgres", "postgres"));
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
