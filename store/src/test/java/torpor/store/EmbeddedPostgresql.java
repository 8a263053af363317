package torpor.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One PostgreSQL server for all tests of a JVM, started by the first that needs it and stopped
/// after the last. Every test asks for a database of its own. Where the server cannot run, the
/// tests are skipped, and the log says so.
final class EmbeddedPostgresql implements BeforeAllCallback {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgresql.class);
  private static final String TEMPLATE = "torpor_template";
  private static final String SHARED = "torpor_shared";

  private Optional<Server> server = Optional.empty();

  /// The server, or why there is none.
  private record Server(Optional<EmbeddedPostgres> running, String why, AtomicInteger databases)
      implements AutoCloseable {
    static Server start() {
      try {
        EmbeddedPostgres running = EmbeddedPostgres.builder().start();
        Server server = new Server(Optional.of(running), "", new AtomicInteger());
        server.execute("CREATE DATABASE " + TEMPLATE);
        OpenStores.open(
                server.address(TEMPLATE), new Stores.Opener("other", "other"), OpenStores.CLOCK)
            .close();
        server.execute("CREATE DATABASE " + SHARED + " TEMPLATE " + TEMPLATE);
        return server;
      } catch (IOException | RuntimeException | SQLException e) {
        LOG.error("SKIPPED: no PostgreSQL server could be started, its tests do not run", e);
        return new Server(Optional.empty(), e.toString(), new AtomicInteger());
      }
    }

    StoreAddress address(String database) {
      return new StoreAddress.Postgresql(
          "localhost",
          running.orElseThrow().getPort(),
          database,
          Optional.of("postgres"),
          Optional.of("postgres"),
          "");
    }

    void execute(String sql) throws SQLException {
      try (Connection connection =
              DriverManager.getConnection(
                  running.orElseThrow().getJdbcUrl("postgres", "postgres"));
          Statement statement = connection.createStatement()) {
        statement.execute(sql);
      }
    }

    @Override
    public void close() {
      try {
        if (running.isPresent()) {
          running.orElseThrow().close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException("stopping PostgreSQL", e);
      }
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Server known =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(EmbeddedPostgresql.class))
            .computeIfAbsent(Server.class, _ -> Server.start(), Server.class);
    Assumptions.assumeTrue(known.running().isPresent(), known.why());
    server = Optional.of(known);
  }

  /// A database with the schema and nothing else.
  StoreAddress fresh() {
    return created("TEMPLATE " + TEMPLATE);
  }

  /// One and the same database, emptied: faster than [#fresh], for one store at a time.
  StoreAddress emptied() {
    Server running = server.orElseThrow();
    try (Connection connection = connect(running.address(SHARED));
        Statement statement = connection.createStatement()) {
      statement.execute(
          "TRUNCATE nodes, definitions, jobs, job_inputs, signals, tokens, snapshots, happenings,"
              + " idempotency, api_keys, instances, published_ports, volumes");
      statement.execute("UPDATE counters SET last = 0");
    } catch (SQLException e) {
      throw new AssertionError("emptying the database", e);
    }
    return running.address(SHARED);
  }

  /// A database with nothing at all.
  StoreAddress empty() {
    return created("");
  }

  private StoreAddress created(String how) {
    Server running = server.orElseThrow();
    String name = "test_" + running.databases().incrementAndGet();
    try {
      running.execute("CREATE DATABASE " + name + " " + how);
    } catch (SQLException e) {
      throw new AssertionError("creating a database", e);
    }
    return running.address(name);
  }

  /// A plain connection to look at a database from outside.
  static Connection connect(StoreAddress address) throws SQLException {
    StoreAddress.Postgresql at = (StoreAddress.Postgresql) address;
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s".formatted(at.host(), at.port(), at.database()),
        at.user().orElseThrow(),
        at.password().orElseThrow());
  }
}
