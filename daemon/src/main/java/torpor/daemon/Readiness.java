package torpor.daemon;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import torpor.api.node.NodeStatus;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.store.JobCounts;
import torpor.engine.store.JobStore;

/// Ready from the moment the API listens until the daemon begins to close.
record Readiness(JobStore store, Supplier<List<String>> ailing, BooleanSupplier closing)
    implements NodeStatus {
  @Override
  public Optional<Refusal> notReady() {
    return closing.getAsBoolean()
        ? Optional.of(
            Refusal.of(
                RefusalCode.STOPPING,
                "the daemon is stopping",
                "Repeat the request once a daemon is running again."))
        : Optional.empty();
  }

  @Override
  public List<String> troubles() {
    return ailing.get();
  }

  @Override
  public CompletionStage<JobCounts> counts() {
    return store.counts();
  }
}
