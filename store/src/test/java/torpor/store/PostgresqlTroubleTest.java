package torpor.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import torpor.core.definition.DefinitionId;
import torpor.engine.store.CommitOutcome;
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
      assertThat(failure(store.commit(insert(3001, definition)))).isEmpty();
      assertThat(failure(store.commit(insert(3002, definition)))).isEmpty();
      try (ResultSet result =
          statement.executeQuery(
              "SELECT count(*), sum(version), (SELECT count(*) FROM happenings) FROM jobs")) {
        assertThat(result.next()).isTrue();
        assertThat(result.getLong(1)).isGreaterThanOrEqualTo(acknowledged + 2);
        assertThat(result.getLong(2)).isEqualTo(result.getLong(3));
      }
    }
  }

  private static torpor.engine.store.Transition insert(int number, DefinitionId definition) {
    return StoreSamples.insert(StoreSamples.pending(StoreSamples.id(number), definition));
  }
}
