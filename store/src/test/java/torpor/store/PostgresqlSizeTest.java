package torpor.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import torpor.core.definition.DefinitionId;
import torpor.core.job.Happening;
import torpor.core.job.Job;
import torpor.core.job.JobState;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.snapshot.Token;
import torpor.core.wake.Waker;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.Transition;
import torpor.engine.store.Version;
import torpor.testkit.store.StoreSamples;

class PostgresqlSizeTest {
  private static final int JOBS = 20_000;

  @RegisterExtension static final EmbeddedPostgresql SERVER = new EmbeddedPostgresql();

  @Test
  void aSleepingJobTakesAtMostThreeHundredBytes() throws SQLException {
    StoreAddress address = SERVER.fresh();
    try (SqlJobStore store = OpenStores.open(address)) {
      DefinitionId definition = OpenStores.define(store).id();
      List<CompletionStage<CommitOutcome>> commits = new ArrayList<>();
      for (int i = 1; i <= JOBS; i++) {
        commits.add(store.commit(asleep(i, definition)));
        // As in life, ids come nearly in order, whichever writer they go to.
        if (i % 100 == 0) {
          commits.forEach(commit ->
              assertThat(OpenStores.done(commit)).isInstanceOf(CommitOutcome.Committed.class));
          commits.clear();
        }
      }
    }
    try (Connection outside = EmbeddedPostgresql.connect(address);
        Statement statement = outside.createStatement();
        ResultSet result = statement.executeQuery("SELECT pg_total_relation_size('jobs')")) {
      assertThat(result.next()).isTrue();
      assertThat((double) result.getLong(1) / JOBS).isLessThanOrEqualTo(300);
    }
  }

  /// Two sleeps into its life, with a token of 26 characters, due at some time of the day.
  private static Transition asleep(int number, DefinitionId definition) {
    Instant since = StoreSamples.T0.plusSeconds(60);
    Instant due = StoreSamples.T0.plusSeconds(7919L * number % 86_400);
    Job job = StoreSamples.pending(StoreSamples.id(number), definition);
    SnapshotRef ref =
        new SnapshotRef(
            new SnapshotNumber(2),
            since,
            new Token("01jd3v6t9q2m8k4x7c5b1n0wae"),
            Optional.empty());
    Job asleep = StoreSamples.asleep(job, 2, new Waker(Optional.of(due), Optional.empty()), since);
    asleep =
        new Job(
            asleep.id(),
            asleep.definition(),
            asleep.spawnedAt(),
            asleep.deadline(),
            asleep.tally(),
            Optional.of(ref),
            List.of(new SnapshotNumber(1)),
            2,
            asleep.locks(),
            asleep.lastSignal(),
            asleep.inbox(),
            asleep.progress(),
            new JobState.Suspended(ref, new Waker(Optional.of(due), Optional.empty()), since));
    return new Transition(
        asleep,
        Version.ABSENT,
        List.of(),
        List.of(Happening.of(Happening.SUSPENDED)),
        Optional.empty(),
        Optional.empty(),
        since);
  }
}
