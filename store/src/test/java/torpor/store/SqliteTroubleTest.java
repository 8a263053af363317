package torpor.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.definition.DefinitionId;
import torpor.core.job.Job;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.StoreFailure;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Version;
import torpor.store.sql.ConnectionSource;
import torpor.testkit.store.StoreSamples;

class SqliteTroubleTest extends TroubleContract {
  private static final int JOBS = 32;

  @TempDir Path directory;

  @Override
  Connection connect(StoreAddress address) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + ((StoreAddress.Sqlite) address).file());
  }

  @Override
  StoreAddress fresh() {
    return OpenStores.sqlite(directory);
  }

  /// A database file that may grow to 100 pages while it is full.
  private record SmallDisk(ConnectionSource source, AtomicBoolean full)
      implements ConnectionSource {
    @Override
    public Connection open() throws SQLException {
      Connection connection = source.open();
      if (full.get()) {
        try (Statement statement = connection.createStatement()) {
          statement.execute("PRAGMA max_page_count = 100");
        }
      }
      return connection;
    }
  }

  @Test
  void aFullDiskIsSaidAndOvercomeWithoutARestartAndTearsNothing() {
    AtomicBoolean full = new AtomicBoolean(true);
    try (SqlJobStore store = OpenStores.open(fresh(), source -> new SmallDisk(source, full))) {
      DefinitionId definition = OpenStores.define(store).id();
      List<StoredJob> jobs = new ArrayList<>();
      for (int i = 1; i <= JOBS; i++) {
        Job job = StoreSamples.pending(StoreSamples.id(i), definition);
        assertThat(failure(store.commit(StoreSamples.insert(job)))).isEmpty();
        jobs.add(new StoredJob(job, new Version(1)));
      }
      int rounds = 0;
      int failed = 0;
      while (failed == 0 && rounds++ < 1000) {
        failed = round(store, jobs);
      }
      assertThat(failed).as("the disk is full at last").isPositive();
      assertThat(round(store, jobs)).as("and stays full").isPositive();
      full.set(false);
      round(store, jobs); // The connection that knows of the old size is given up with this.
      assertThat(round(store, jobs)).as("there is space again").isZero();
      for (StoredJob job : jobs) {
        StoredJob stored = OpenStores.done(store.load(job.job().id())).orElseThrow();
        assertThat(stored.version()).isEqualTo(job.version());
        assertThat(OpenStores.done(store.history(Optional.of(job.job().id()), 0, 10_000)))
            .hasSize((int) stored.version().number());
      }
    }
  }

  /// One more commit of each job, all at once; answers how many failed.
  private static int round(SqlJobStore store, List<StoredJob> jobs) {
    List<CompletionStage<CommitOutcome>> commits =
        jobs.stream()
            .map(job -> store.commit(StoreSamples.update(job, StoreSamples.running(job.job()))))
            .toList();
    int failed = 0;
    for (int i = 0; i < commits.size(); i++) {
      Optional<StoreFailure> failure = failure(commits.get(i));
      if (failure.isPresent()) {
        assertThat(failure.orElseThrow().kind()).isEqualTo(StoreFailure.Kind.NO_SPACE);
        failed++;
      } else {
        jobs.set(i, new StoredJob(jobs.get(i).job(), jobs.get(i).version().next()));
      }
    }
    return failed;
  }
}
