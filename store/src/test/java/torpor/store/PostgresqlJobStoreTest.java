package torpor.store;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import torpor.engine.store.JobStore;
import torpor.testkit.store.JobStoreContract;

class PostgresqlJobStoreTest extends JobStoreContract {
  @RegisterExtension static final EmbeddedPostgresql SERVER = new EmbeddedPostgresql();
  private final StoreAddress address = SERVER.emptied();
  private final SqlJobStore store = OpenStores.open(address);

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  protected JobStore store() {
    return store;
  }

  @Override
  protected boolean takeOver() {
    OpenStores.open(address).close();
    return true;
  }
}
