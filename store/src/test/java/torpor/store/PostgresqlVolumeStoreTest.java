package torpor.store;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import torpor.engine.store.VolumeStore;
import torpor.testkit.store.VolumeStoreContract;

class PostgresqlVolumeStoreTest extends VolumeStoreContract {
  @RegisterExtension static final EmbeddedPostgresql SERVER = new EmbeddedPostgresql();
  private final StoreAddress address = SERVER.emptied();
  private final SqlJobStore store = OpenStores.open(address);

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  protected VolumeStore store() {
    return store.volumes();
  }

  @Override
  protected boolean takeOver() {
    OpenStores.open(address).close();
    return true;
  }
}
