package torpor.testkit.store;

import torpor.engine.store.JobStore;

/// What the port [JobStore] promises. Every test gets an empty store from [#store].
public abstract class JobStoreContract
    implements CommitPromises,
        BatchPromises,
        ChangePromises,
        SearchPromises,
        HistoryPromises,
        DefinitionPromises {

  /// The store under test, the same one for the whole of a test, empty at its beginning.
  protected abstract JobStore store();

  /// Lets another owner take the node over, so that what [#store] writes is refused from now on;
  /// `false` where this kind of store has no other owners.
  protected abstract boolean takeOver();

  @Override
  public final JobStore underTest() {
    return store();
  }

  @Override
  public final boolean nodeTakenOver() {
    return takeOver();
  }
}
