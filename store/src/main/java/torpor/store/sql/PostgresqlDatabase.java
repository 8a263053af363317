package torpor.store.sql;

import com.zaxxer.hikari.HikariConfig;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// PostgreSQL, which may be shared by several daemons.
public final class PostgresqlDatabase implements Database {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresqlDatabase.class);
  private static final int READERS = 4;
  private static final int WRITERS = 2;

  /// Every statement finds its rows by key or in the order of one. Left to itself, the planner may
  /// keep a plan from when a table was empty, and scan it long after it has grown.
  private static final String BY_INDEX =
      " -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off";

  /// The same few questions are asked for ever, each by an index. A plan made anew for the values
  /// of each question costs more than the answer, and the more so the more rows there are.
  private static final String KEPT_PLANS = " -c plan_cache_mode=force_generic_plan";

  private static final String DEADLINES = "-c lock_timeout=20s -c statement_timeout=60s";

  private final String url;
  private final Optional<String> user;
  private final Optional<String> password;
  private final String name;
  private final AtomicBoolean warned = new AtomicBoolean();

  /// @param url for JDBC, without user and password
  /// @param name for messages
  public PostgresqlDatabase(
      String url, Optional<String> user, Optional<String> password, String name) {
    this.url = url;
    this.user = user;
    this.password = password;
    this.name = name;
  }

  @Override
  public Schema.Place place() {
    return new Schema.Place(url, user, password, name);
  }

  @Override
  public Dialect dialect() {
    return new PostgresqlDialect();
  }

  @Override
  public ConnectionSource inspection() {
    return () -> DriverManager.getConnection(url, properties(""));
  }

  @Override
  public ConnectionSource writing() {
    return () -> {
      Connection connection = DriverManager.getConnection(url, properties(BY_INDEX));
      try {
        demandDurability(connection);
        return connection;
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    };
  }

  @Override
  public HikariConfig reading() {
    HikariConfig pool = new HikariConfig();
    pool.setPoolName("store-reader");
    pool.setJdbcUrl(url);
    pool.setDataSourceProperties(properties(BY_INDEX + KEPT_PLANS));
    pool.setReadOnly(true);
    pool.setMaximumPoolSize(READERS);
    pool.setMinimumIdle(1);
    return pool;
  }

  @Override
  public int writers() {
    return WRITERS;
  }

  /// A server may finish a commit after the client has given its connection up. So the predecessor
  /// is ended first, and a lock that lives as long as its session tells when it is gone.
  @Override
  public void claim(Session session, int node, int epoch, int writer) throws SQLException {
    int slot = node * WRITERS + writer;
    session.query(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            + " AND classid = ?::int8::oid AND objid = ?::int8::oid AND objsubid = 2 AND granted"
            + " AND pid <> pg_backend_pid()",
        row -> row.getBoolean(1),
        slot,
        epoch);
    session.query("SELECT pg_advisory_lock(?, ?)", _ -> true, slot, epoch);
  }

  private void demandDurability(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (shown(statement, "synchronous_commit").equals("off")) {
        statement.execute("SET synchronous_commit = on");
      }
      if (shown(statement, "fsync").equals("off") && !warned.getAndSet(true)) {
        LOG.warn("the server runs with fsync = off: a power loss there loses acknowledged work");
      }
    }
  }

  private static String shown(Statement statement, String setting) throws SQLException {
    try (ResultSet result = statement.executeQuery("SHOW " + setting)) {
      return result.next() ? result.getString(1) : "";
    }
  }

  private Properties properties(String planner) {
    Properties properties = new Properties();
    user.ifPresent(value -> properties.setProperty("user", value));
    password.ifPresent(value -> properties.setProperty("password", value));
    properties.setProperty("ApplicationName", "torpor");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("socketTimeout", "90");
    properties.setProperty("options", DEADLINES + planner);
    return properties;
  }
}
