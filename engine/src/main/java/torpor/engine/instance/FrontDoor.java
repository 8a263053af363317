package torpor.engine.instance;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.instance.Instance;
import torpor.core.network.AddressSlot;
import torpor.engine.network.Doorbell;
import torpor.engine.network.NetworkPlan;
import torpor.engine.network.Networks;

/// The published ports of instances: led to the machine while there is one, answered by the daemon
/// while the instance stands by. What goes wrong here keeps no instance from sleeping or waking.
final class FrontDoor {
  private static final Logger log = LoggerFactory.getLogger(FrontDoor.class);
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  private final Networks networks;
  private final NetworkPlans plans;

  FrontDoor(Networks networks, NetworkPlans plans) {
    this.networks = networks;
    this.plans = plans;
  }

  /// From now on the daemon answers, and holds who comes.
  CompletionStage<?> answer(Instance instance) {
    return doorbell(instance)
        .<CompletionStage<?>>map(bell -> quietly(instance, "held", bell.hold(plan(instance))))
        .orElse(DONE);
  }

  /// From now on the machine answers.
  CompletionStage<?> open(Instance instance) {
    return doorbell(instance)
        .<CompletionStage<?>>map(bell -> quietly(instance, "opened", bell.release(plan(instance))))
        .orElse(DONE);
  }

  /// Nobody answers any more.
  CompletionStage<?> silence(Instance instance, AddressSlot slot) {
    return doorbell(instance)
        .<CompletionStage<?>>map(
            bell -> quietly(instance, "silenced", bell.silence(instance.id(), slot)))
        .orElse(DONE);
  }

  private Optional<Doorbell> doorbell(Instance instance) {
    boolean published = instance.slot().isPresent() && !instance.spec().network().ports().isEmpty();
    return networks.doorbell().filter(_ -> published);
  }

  private NetworkPlan plan(Instance instance) {
    return plans.of(instance);
  }

  private static CompletionStage<?> quietly(
      Instance instance, String what, CompletionStage<?> work) {
    return work.handle((_, failure) -> {
      if (failure != null) {
        log.warn("the ports of {} could not be {}: {}", instance.id(), what, failure.toString());
      }
      return null;
    });
  }
}
