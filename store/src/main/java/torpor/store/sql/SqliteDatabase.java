package torpor.store.sql;

import com.zaxxer.hikari.HikariConfig;
import java.nio.file.Path;
import java.util.Optional;
import org.sqlite.SQLiteConfig;

/// SQLite in a file: write-ahead log, every commit synced.
public final class SqliteDatabase implements Database {
  private static final int BUSY_MILLIS = 20_000;
  private static final int WRITER_CACHE_KIB = 16_384;
  private static final int READER_CACHE_KIB = 4_096;
  private static final int READERS = 2;

  private final Path file;

  public SqliteDatabase(Path file) {
    this.file = file;
  }

  @Override
  public Schema.Place place() {
    return new Schema.Place(url(), Optional.empty(), Optional.empty(), file.toString());
  }

  @Override
  public Dialect dialect() {
    return new SqliteDialect(file);
  }

  /// Leaves the journal mode as it is: the file may be somebody else's.
  @Override
  public ConnectionSource inspection() {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLIS);
    return () -> config.createConnection(url());
  }

  @Override
  public ConnectionSource writing() {
    SQLiteConfig config = config(WRITER_CACHE_KIB);
    return () -> config.createConnection(url());
  }

  @Override
  public HikariConfig reading() {
    HikariConfig pool = new HikariConfig();
    pool.setPoolName("store-reader");
    pool.setJdbcUrl(url());
    pool.setDataSourceProperties(config(READER_CACHE_KIB).toProperties());
    pool.setConnectionInitSql("PRAGMA query_only = 1");
    pool.setMaximumPoolSize(READERS);
    return pool;
  }

  @Override
  public int writers() {
    return 1;
  }

  /// A closed SQLite connection leaves nothing behind.
  @Override
  public void claim(Session session, int node, int epoch, int writer) {}

  private static SQLiteConfig config(int cacheKib) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout(BUSY_MILLIS);
    config.setCacheSize(-cacheKib);
    config.enforceForeignKeys(true);
    // Nobody asks for them, and fetching them costs a query after every statement.
    config.setGetGeneratedKeys(false);
    return config;
  }

  private String url() {
    return "jdbc:sqlite:" + file;
  }
}
