package torpor.testkit.memory;

import torpor.engine.store.InstanceStore;
import torpor.testkit.store.InstanceStoreContract;

class InMemoryInstanceStoreTest extends InstanceStoreContract {
  private final InMemoryInstanceStore store = new InMemoryInstanceStore();

  @Override
  protected InstanceStore store() {
    return store;
  }

  @Override
  protected boolean takeOver() {
    return false;
  }
}
