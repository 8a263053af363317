package torpor.store;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import torpor.engine.store.InstanceStore;
import torpor.testkit.store.InstanceStoreContract;

class PostgresqlInstanceStoreTest extends InstanceStoreContract {
  @RegisterExtension static final EmbeddedPostgresql SERVER = new EmbeddedPostgresql();
  private final StoreAddress address = SERVER.emptied();
  private final SqlJobStore store = OpenStores.open(address);

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  protected InstanceStore store() {
    return store.instances();
  }

  @Override
  protected boolean takeOver() {
    OpenStores.open(address).close();
    return true;
  }
}
