package torpor.api.instance;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.api.console.ConsoleLife;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.engine.caller.Instances;

/// An instance's life, as far as its output goes on: through standby and restore, until it is
/// stopped for good.
final class InstanceLife implements ConsoleLife {
  private final Instances instances;
  private final InstanceId id;
  private volatile Optional<Instance> seen;

  InstanceLife(Instances instances, Instance instance) {
    this.instances = instances;
    this.id = instance.id();
    this.seen = Optional.of(instance);
  }

  @Override
  public boolean hasEnded() {
    seen = instances.get(id);
    return seen.map(InstanceLife::isAtRest).orElse(true);
  }

  private static boolean isAtRest(Instance instance) {
    boolean off =
        switch (instance.state().phase()) {
          case STOPPED, FAILED, DELETED -> true;
          case CREATING, CREATED, RUNNING, PAUSED, SHUTDOWN, STANDBY -> false;
        };
    return off && instance.operation().isEmpty() && instance.restartAt().isEmpty();
  }

  @Override
  public CompletionStage<Boolean> news(Duration patience) {
    Optional<Instance> before = seen;
    return before
        .map(instance ->
            instances.awaitChange(instance, patience).thenApply(now -> !now.equals(before)))
        .orElseGet(() -> CompletableFuture.completedFuture(true));
  }
}
