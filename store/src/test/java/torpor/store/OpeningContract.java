package torpor.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import torpor.core.job.Job;
import torpor.core.refusal.Refusal;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.JobStore.JobFilter;
import torpor.store.Stores.Opener;
import torpor.store.write.NodeLease;
import torpor.testkit.store.StoreSamples;

/// Which databases are opened, and by whom.
abstract class OpeningContract {
  private static final Instant T0 = StoreSamples.T0;
  private static final Opener OTHER = new Opener("node-1", "data-2");

  /// Where nothing is yet.
  abstract StoreAddress empty();

  abstract Connection connect(StoreAddress address) throws SQLException;

  private void execute(StoreAddress address, String sql) throws SQLException {
    try (Connection connection = connect(address);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void whatWasWrittenIsThereAfterOpeningAgain() {
    StoreAddress address = empty();
    Job job;
    try (SqlJobStore store = OpenStores.open(address)) {
      job = StoreSamples.pending(StoreSamples.id(1), OpenStores.define(store).id());
      OpenStores.done(store.commit(StoreSamples.insert(job)));
    }
    try (SqlJobStore store = OpenStores.open(address)) {
      assertThat(OpenStores.done(store.load(job.id())).orElseThrow().job()).isEqualTo(job);
      assertThat(OpenStores.done(store.lastSequence())).isEqualTo(1);
      assertThat(store.lease().epoch()).isEqualTo(2);
    }
  }

  @Test
  void aNewerSchemaIsRefused() throws SQLException {
    StoreAddress address = empty();
    OpenStores.open(address).close();
    execute(
        address,
        "INSERT INTO torpor_schema (installed_rank, version, description, type, script,"
            + " installed_by, execution_time, success) SELECT 99, '12', 'later', 'SQL', 'x', 'x',"
            + " 0, success FROM torpor_schema WHERE installed_rank = 1");
    Refusal refusal = OpenStores.refusal(Stores.open(address, OpenStores.OPENER, OpenStores.CLOCK));
    assertThat(refusal.detail()).contains("schema 12").contains("newer");
    assertThat(refusal.remedy()).isNotBlank();
  }

  @Test
  void aDatabaseOfSomebodyElseIsRefusedAndLeftAlone() throws SQLException {
    StoreAddress address = empty();
    execute(address, "CREATE TABLE customers (id INTEGER)");
    Refusal refusal = OpenStores.refusal(Stores.open(address, OpenStores.OPENER, OpenStores.CLOCK));
    assertThat(refusal.detail()).contains("customers");
    execute(address, "DROP TABLE customers");
    OpenStores.open(address).close();
  }

  @Test
  void aNodeInUseIsRefusedUntilItsLeaseRunsOut() {
    StoreAddress address = empty();
    try (SqlJobStore first = OpenStores.open(address)) {
      assertThat(OpenStores.done(first.renewLease())).isTrue();
      Refusal refusal =
          OpenStores.refusal(
              Stores.open(address, OTHER, OpenStores.at(T0.plus(NodeLease.LENGTH).minusMillis(1))));
      assertThat(refusal.detail()).contains("node-1").contains("data-1");
      try (SqlJobStore second =
          OpenStores.open(address, OTHER, OpenStores.at(T0.plus(NodeLease.LENGTH)))) {
        assertThat(second.lease().epoch()).isEqualTo(first.lease().epoch() + 1);
        assertThat(OpenStores.done(first.renewLease())).isFalse();
      }
    }
  }

  @Test
  void aClosedStoreGivesItsNodeUpAtOnce() {
    StoreAddress address = empty();
    OpenStores.open(address).close();
    OpenStores.open(address, OTHER, OpenStores.CLOCK).close();
  }

  @Test
  void whoTakesANodeOverFencesWhoHadItAndGoesOnWithItsJobs() {
    StoreAddress address = empty();
    try (SqlJobStore old = OpenStores.open(address)) {
      Job job = StoreSamples.pending(StoreSamples.id(1), OpenStores.define(old).id());
      OpenStores.done(old.commit(StoreSamples.insert(job)));
      try (SqlJobStore now = OpenStores.open(address)) {
        var stored = OpenStores.done(now.load(job.id())).orElseThrow();
        assertThat(
                OpenStores.done(now.commit(StoreSamples.update(stored, StoreSamples.running(job)))))
            .isInstanceOf(CommitOutcome.Committed.class);
        var moved = OpenStores.done(now.load(job.id())).orElseThrow();
        assertThat(OpenStores.done(old.commit(StoreSamples.update(moved, job))))
            .isInstanceOf(CommitOutcome.Fenced.class);
        assertThat(OpenStores.done(now.load(job.id()))).contains(moved);
      }
    }
  }

  @Test
  void twoNodesShareADatabaseAndSeeTheirOwnWork() {
    StoreAddress address = empty();
    Opener elsewhere = new Opener("node-2", "data-2");
    try (SqlJobStore one = OpenStores.open(address);
        SqlJobStore two = OpenStores.open(address, elsewhere, OpenStores.CLOCK)) {
      var definition = OpenStores.define(one).id();
      Job job = StoreSamples.pending(StoreSamples.id(1), definition);
      OpenStores.done(one.commit(StoreSamples.insert(job)));
      var stored = OpenStores.done(two.load(job.id())).orElseThrow();
      assertThat(OpenStores.done(two.commit(StoreSamples.update(stored, job))))
          .as("the job is another node's")
          .isEqualTo(new CommitOutcome.Stale());
      assertThat(OpenStores.done(two.pending(java.util.Optional.empty(), 10))).isEmpty();
      assertThat(OpenStores.done(one.pending(java.util.Optional.empty(), 10))).hasSize(1);
      assertThat(OpenStores.done(two.list(JobFilter.ALL, java.util.Optional.empty(), 10)))
          .hasSize(1);
    }
  }
}
