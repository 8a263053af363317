package torpor.store.read;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.engine.store.StoreFailure;
import torpor.store.sql.Dialect;
import torpor.store.sql.Trouble;

/// A few connections and as many platform threads that look things up.
public final class Readers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Readers.class);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

  /// One look-up.
  @FunctionalInterface
  public interface Query<T> {
    T run(Connection connection) throws SQLException;
  }

  private final HikariDataSource connections;
  private final Dialect dialect;
  private final ExecutorService threads;

  /// @param config where to connect and how; its pool size is taken over for the threads
  public Readers(HikariConfig config, Dialect dialect) {
    this.connections = new HikariDataSource(config);
    this.dialect = dialect;
    this.threads =
        Executors.newFixedThreadPool(
            config.getMaximumPoolSize(),
            Thread.ofPlatform().name(config.getPoolName() + "-", 0).daemon().factory());
  }

  /// @param attempted for the message of a failure
  public <T> CompletableFuture<T> read(String attempted, Query<T> query) {
    CompletableFuture<T> done = new CompletableFuture<>();
    try {
      threads.execute(() -> answer(attempted, query, done));
    } catch (RejectedExecutionException e) {
      done.completeExceptionally(
          new StoreFailure(StoreFailure.Kind.UNAVAILABLE, "the store is closed", e));
    }
    return done;
  }

  private <T> void answer(String attempted, Query<T> query, CompletableFuture<T> done) {
    T found;
    try (Connection connection = connections.getConnection()) {
      found = runOn(connection, query);
    } catch (SQLException | RuntimeException e) {
      StoreFailure.Kind kind =
          e instanceof SQLException sql && dialect.classify(sql) == Trouble.NO_SPACE
              ? StoreFailure.Kind.NO_SPACE
              : StoreFailure.Kind.UNAVAILABLE;
      done.completeExceptionally(
          new StoreFailure(kind, "reading %s: %s".formatted(attempted, e.getMessage()), e));
      return;
    }
    done.complete(found);
  }

  /// A connection that has failed once is not used again.
  private <T> T runOn(Connection connection, Query<T> query) throws SQLException {
    try {
      return query.run(connection);
    } catch (SQLException e) {
      connections.evictConnection(connection);
      throw e;
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("look-ups are still running after {}; cutting them off", CLOSE_WAIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connections.close();
  }
}
