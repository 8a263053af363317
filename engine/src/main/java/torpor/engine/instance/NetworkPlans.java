package torpor.engine.instance;

import torpor.core.instance.Instance;
import torpor.engine.network.NetworkPlan;

/// What an instance's network is to be, from what was asked for.
final class NetworkPlans {

  /// @throws IllegalArgumentException for an instance without a slot
  NetworkPlan of(Instance instance) {
    return NetworkPlan.of(
        instance.id(),
        instance
            .slot()
            .orElseThrow(() -> new IllegalArgumentException(instance.id() + " has no slot")),
        instance.spec().network());
  }
}
