package torpor.store;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import torpor.engine.store.VolumeStore;
import torpor.testkit.store.VolumeStoreContract;

class SqliteVolumeStoreTest extends VolumeStoreContract {
  @TempDir Path directory;
  private SqlJobStore store;

  @BeforeEach
  void open() {
    store = OpenStores.open(OpenStores.sqlite(directory));
  }

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
    OpenStores.open(OpenStores.sqlite(directory)).close();
    return true;
  }
}
