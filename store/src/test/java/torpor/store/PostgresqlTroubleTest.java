package torpor.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import torpor.core.definition.DefinitionId;
import torpor.core.job.Job;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Transition;
import torpor.engine.store.Version;
import torpor.testkit.store.StoreSamples;

class PostgresqlTroubleTest extends TroubleContract {
  @RegisterExtension static final EmbeddedPostgresql SERVER = new EmbeddedPostgresql();

  @Override
  Connection connect(StoreAddress address) throws SQLException {
    return EmbeddedPostgresql.connect(address);
  }

  @Override
  StoreAddress fresh() {
    return SERVER.fresh();
  }

  @Test
  void aServerThatDropsItsSessionsLosesNothingAcknowledged() throws SQLException {
    StoreAddress address = fresh();
    try (SqlJobStore store = OpenStores.open(address);
        Connection outside = EmbeddedPostgresql.connect(address);
        Statement statement = outside.createStatement()) {
      DefinitionId definition = OpenStores.define(store).id();
      List<CompletionStage<CommitOutcome>> commits = new ArrayList<>();
      for (int i = 1; i <= 2000; i++) {
        commits.add(
            store.commit(
                StoreSamples.insert(StoreSamples.pending(StoreSamples.id(i), definition))));
        if (i % 500 == 0) {
          statement.execute(
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                  + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
        }
      }
      long acknowledged = commits.stream().filter(c -> failure(c).isEmpty()).count();
      goesOn(store, definition, 3001);
      goesOn(store, definition, 4001);
      try (ResultSet result =
          statement.executeQuery(
              "SELECT count(*), sum(version), (SELECT count(*) FROM happenings) FROM jobs")) {
        assertThat(result.next()).isTrue();
        assertThat(result.getLong(1)).isGreaterThanOrEqualTo(acknowledged + 2);
        assertThat(result.getLong(2)).isEqualTo(result.getLong(3));
      }
    }
  }

  /// A writer that was idle when its session was dropped finds out by its next commit.
  private static void goesOn(SqlJobStore store, DefinitionId definition, int number) {
    int failures = 0;
    while (failure(store.commit(insert(number + failures, definition))).isPresent()) {
      failures++;
      assertThat(failures).isLessThanOrEqualTo(2);
    }
  }

  /// A commit that waits on the server for a standby that does not exist, and whose client is gone:
  /// it is over only when its session is.
  @Test
  void whatIsReadAsSettledIsBehindACommitWhoseClientIsGone() throws SQLException {
    StoreAddress address = fresh();
    List<Connection> opened = Collections.synchronizedList(new ArrayList<>());
    try (SqlJobStore store =
            OpenStores.open(address, source -> () -> remembered(source.open(), opened));
        Connection outside = EmbeddedPostgresql.connect(address);
        Statement statement = outside.createStatement()) {
      DefinitionId definition = OpenStores.define(store).id();
      Job job = StoreSamples.pending(StoreSamples.id(1), definition);
      assertThat(failure(store.commit(StoreSamples.insert(job)))).isEmpty();
      try {
        standbys(statement, "'nobody'");
        // The server takes the setting over in its own time: commits before that do not wait.
        int committed = 0;
        CompletionStage<CommitOutcome> hanging;
        do {
          committed++;
          hanging =
              store.commit(StoreSamples.update(new StoredJob(job, new Version(committed)), job));
        } while (!waitsForStandby(statement, hanging));
        for (Connection connection : List.copyOf(opened)) {
          connection.abort(Runnable::run);
        }
        assertThat(failure(hanging)).isPresent();
        assertThat(version(store.load(job.id()))).as("still under way").isEqualTo(committed);

        assertThat(version(store.loadSettled(job.id()))).isEqualTo(committed + 1);
      } finally {
        standbys(statement, "''");
      }
    }
  }

  /// Whether the server holds the commit back; false where it is through.
  private static boolean waitsForStandby(Statement statement, CompletionStage<?> commit)
      throws SQLException {
    while (!commit.toCompletableFuture().isDone()) {
      try (ResultSet result =
          statement.executeQuery(
              "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'),"
                  + " pg_sleep(0.01)")) {
        if (result.next() && result.getBoolean(1)) {
          return true;
        }
      }
    }
    return false;
  }

  private static Connection remembered(Connection connection, List<Connection> opened) {
    opened.add(connection);
    return connection;
  }

  private static void standbys(Statement statement, String names) throws SQLException {
    statement.execute("ALTER SYSTEM SET synchronous_standby_names = " + names);
    statement.execute("SELECT pg_reload_conf()");
  }

  private static long version(CompletionStage<Optional<StoredJob>> loading) {
    return OpenStores.done(loading).orElseThrow().version().number();
  }

  private static Transition insert(int number, DefinitionId definition) {
    return StoreSamples.insert(StoreSamples.pending(StoreSamples.id(number), definition));
  }
}
