package torpor.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import torpor.core.definition.DefinitionId;
import torpor.core.definition.DefinitionName;
import torpor.core.job.Happening;
import torpor.core.job.Job;
import torpor.core.job.JobChange;
import torpor.core.job.JobPhase;
import torpor.core.job.JobState;
import torpor.core.job.SettledToken;
import torpor.core.machine.Generation;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.Token;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.Idempotency;
import torpor.engine.store.JobStore.JobFilter;
import torpor.engine.store.Transition;
import torpor.engine.store.Version;
import torpor.store.codec.IdBytes;
import torpor.store.codec.Micros;
import torpor.store.read.DefinitionReads;
import torpor.store.read.DetailReads;
import torpor.store.read.JobLists;
import torpor.store.read.JobReads;
import torpor.store.sql.Row;
import torpor.testkit.store.StoreSamples;

/// Every hot statement finds its rows through an index: the databases themselves say so.
abstract class PlanContract {
  private static final int JOBS = 6000;
  private static final byte[] ID = IdBytes.of(StoreSamples.id(4000));
  private static final byte[] LAST = IdBytes.of(StoreSamples.id(9000));
  private static final String KEY = "PRIMARY KEY|_pkey";
  private static final long AT = Micros.of(StoreSamples.T0);
  private static final List<String> GUARDED =
      List.of(
          "UPDATE jobs SET phase = ? WHERE id = ? AND node = ? AND epoch <= ? AND version = ?",
          "DELETE FROM jobs WHERE id = ? AND node = ? AND epoch <= ? AND version = ?",
          "UPDATE jobs SET phase = ? WHERE id = ? AND node = ? AND epoch <= ? AND version = ?"
              + " AND lane = ? AND due_at IS NOT DISTINCT FROM ?");

  /// A store filled with many sleeping jobs and a few of every other kind, and closed again.
  static void fill(StoreAddress address) {
    try (SqlJobStore store = OpenStores.open(address)) {
      DefinitionId definition = OpenStores.define(store).id();
      List<CompletionStage<CommitOutcome>> commits = new ArrayList<>();
      for (int i = 1; i <= JOBS; i++) {
        Job pending = StoreSamples.pending(StoreSamples.id(i), definition);
        Job job =
            switch (i % 500) {
              case 0 -> pending;
              case 1 -> StoreSamples.running(pending);
              case 2 -> StoreSamples.in(pending, new JobState.Cancelled("x", StoreSamples.T0));
              default -> StoreSamples.asleepUntil(pending, StoreSamples.T0.plusSeconds(i));
            };
        commits.add(store.commit(with(job, i)));
      }
      commits.forEach(commit ->
          assertThat(OpenStores.done(commit)).isInstanceOf(CommitOutcome.Committed.class));
    }
  }

  private static Transition with(Job job, int number) {
    Token token = new Token("step-1");
    return new Transition(
        job,
        Version.ABSENT,
        List.of(
            new JobChange.TokenSettled(
                new SettledToken(token, SnapshotNumber.FIRST, Optional.empty())),
            new JobChange.SignalAdded(StoreSamples.signal(1, false)),
            new JobChange.SnapshotRecorded(
                SnapshotNumber.FIRST,
                new Generation(1),
                token,
                Optional.empty(),
                new SnapshotFacts(1, Optional.empty()),
                StoreSamples.T0)),
        List.of(Happening.of(Happening.SPAWNED)),
        Optional.empty(),
        Optional.of(new Idempotency("key " + number, "f", "a")),
        StoreSamples.T0.plusSeconds(number));
  }

  abstract StoreAddress address();

  abstract Connection connect() throws SQLException;

  /// The lines of the database's plan.
  abstract List<String> plan(Connection connection, String sql, Row parameters) throws SQLException;

  /// Whether one of them goes through a whole table or index, or sorts what it has not limited.
  abstract boolean scans(List<String> plan);

  private record Hot(String sql, String index, Row parameters) {
    static Hot of(String sql, String index, Object... parameters) {
      return new Hot(sql, index, Row.of(parameters));
    }
  }

  private static Stream<Hot> hot() {
    return Stream.of(
        Hot.of(JobReads.LOAD, KEY, ID),
        Hot.of(JobReads.DUE, "jobs_due", 1, AT + 100_000_000, AT + 160_000_000, 100),
        Hot.of(JobReads.LIVE, "jobs_live|jobs_lane", 1, ID, 100),
        Hot.of(JobReads.PENDING, "jobs_pending|jobs_lane", 1, ID, 100),
        Hot.of(JobReads.BETWEEN, KEY, ID, LAST, 10),
        Hot.of(JobLists.NEWEST, KEY, LAST, 100),
        Hot.of(JobLists.WINDOW, KEY, LAST, 100),
        Hot.of(JobLists.NEWEST_OF_LANE, "jobs_lane", 13, LAST, 100),
        Hot.of(JobLists.NEWEST_OF_DEFINITION, "jobs_definition|jobs_lane", 1, 13, LAST, 100),
        Hot.of(DetailReads.TOKEN, KEY, ID, "step-1"),
        Hot.of(DetailReads.SNAPSHOTS, KEY, ID),
        Hot.of(DetailReads.HISTORY, KEY, 1, 5990L, 6000L, 10),
        Hot.of(DetailReads.HISTORY_OF_JOB, "happenings_job", ID, 0L, 1, 9000L, 100),
        Hot.of(DefinitionReads.BY_ID, "definition", 1),
        Hot.of(GUARDED.getFirst(), KEY, 6, ID, 1, 1, 1L),
        Hot.of(GUARDED.get(1), KEY, ID, 1, 1, 1L),
        Hot.of(GUARDED.getLast(), KEY, 6, ID, 1, 1, 1L, 6, AT));
  }

  @Test
  void everyHotStatementUsesItsIndex() throws SQLException {
    try (Connection connection = connect()) {
      for (Hot hot : hot().toList()) {
        List<String> plan = plan(connection, hot.sql(), hot.parameters());
        assertThat(scans(plan)).as("%s%n%s", hot.sql(), plan).isFalse();
        assertThat(String.join("\n", plan)).as(hot.sql()).containsPattern(hot.index());
      }
    }
  }

  @Test
  void whatIsRareIsFoundBeyondTheNewest() {
    try (SqlJobStore store = OpenStores.open(address())) {
      JobFilter cancelled =
          new JobFilter(
              Set.of(JobPhase.CANCELLED, JobPhase.RUNNING), Optional.of(new DefinitionName("a")));
      assertThat(OpenStores.done(store.list(cancelled, Optional.empty(), 100)))
          .hasSize(2 * JOBS / 500)
          .extracting(listing -> listing.job().id())
          .isSortedAccordingTo(Comparator.reverseOrder());
      JobFilter pending = new JobFilter(Set.of(JobPhase.PENDING), Optional.empty());
      assertThat(OpenStores.done(store.list(pending, Optional.of(StoreSamples.id(4500)), 3)))
          .extracting(listing -> listing.job().id())
          .containsExactly(StoreSamples.id(4000), StoreSamples.id(3500), StoreSamples.id(3000));
    }
  }

  static List<String> lines(PreparedStatement statement, String column) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        lines.add(result.getString(column));
      }
    }
    return lines;
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
