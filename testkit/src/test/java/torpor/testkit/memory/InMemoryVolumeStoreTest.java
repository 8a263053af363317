package torpor.testkit.memory;

import torpor.engine.store.VolumeStore;
import torpor.testkit.store.VolumeStoreContract;

class InMemoryVolumeStoreTest extends VolumeStoreContract {
  private final InMemoryVolumeStore store = new InMemoryVolumeStore();

  @Override
  protected VolumeStore store() {
    return store;
  }

  @Override
  protected boolean takeOver() {
    return false;
  }
}
