package torpor.testkit.memory;

import torpor.engine.store.JobStore;
import torpor.testkit.store.JobStoreContract;

class InMemoryJobStoreTest extends JobStoreContract {
  private final MemoryTables tables = new MemoryTables();
  private final JobStore store = new InMemoryJobStore(tables);

  @Override
  protected JobStore store() {
    return store;
  }

  @Override
  protected boolean takeOver() {
    var _ = tables.takeOver();
    return true;
  }
}
