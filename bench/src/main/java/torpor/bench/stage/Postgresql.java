package torpor.bench.stage;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import torpor.store.StoreAddress;

/// A PostgreSQL server of our own that really flushes.
public final class Postgresql implements AutoCloseable {
  /// How the failure begins where this host cannot run one; as root it takes user namespaces.
  public static final String CANNOT_START = "no PostgreSQL server could be started";

  private static final String USER = "postgres";

  private final EmbeddedPostgres server;
  private int databases;

  private Postgresql(EmbeddedPostgres server) {
    this.server = server;
  }

  /// @param data where its files go
  static Postgresql start(Path data) throws IOException {
    Postgresql started = new Postgresql(server(data));
    try {
      started.demandFlushes();
      return started;
    } catch (SQLException | RuntimeException e) {
      started.close();
      throw new IOException("PostgreSQL does not flush", e);
    }
  }

  private static EmbeddedPostgres server(Path data) throws IOException {
    try {
      return EmbeddedPostgres.builder()
          .setDataDirectory(data.resolve("data"))
          .setOverrideWorkingDirectory(data.resolve("binaries").toFile())
          // The embedding library starts it as for tests, where nothing need last.
          .setServerConfig("fsync", "on")
          .setServerConfig("synchronous_commit", "on")
          .setServerConfig("shared_buffers", "256MB")
          .setServerConfig("max_wal_size", "4GB")
          .start();
    } catch (IOException | RuntimeException e) {
      throw new IOException(CANNOT_START + ": " + e, e);
    }
  }

  private void demandFlushes() throws SQLException {
    for (String setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
      String value = show(setting);
      if (!value.equals("on")) {
        throw new IllegalStateException("PostgreSQL runs with %s = %s".formatted(setting, value));
      }
    }
  }

  public String show(String setting) throws SQLException {
    try (Connection connection = connect(USER);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SHOW " + setting)) {
      return result.next() ? result.getString(1) : "";
    }
  }

  /// A new empty database; answers its name.
  public String newDatabase() throws SQLException {
    databases++;
    String name = "bench_" + databases;
    try (Connection connection = connect(USER);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return name;
  }

  public StoreAddress address(String database) {
    return new StoreAddress.Postgresql(
        "localhost", server.getPort(), database, Optional.of(USER), Optional.of(USER), "");
  }

  public String jdbcUrl(String database) {
    return server.getJdbcUrl(USER, database);
  }

  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(database));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
