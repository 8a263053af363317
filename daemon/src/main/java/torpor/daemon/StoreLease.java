package torpor.daemon;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import torpor.engine.lease.Lease;
import torpor.store.SqlJobStore;

/// The lease that a store gives on the node.
///
/// @param length empty where the store is in our own data directory, which is locked
record StoreLease(SqlJobStore store, Optional<Duration> length) implements Lease {
  @Override
  public CompletionStage<Boolean> renew() {
    return store.renewLease();
  }
}
