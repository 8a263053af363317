package torpor.engine.instance;

import torpor.core.instance.Instance;
import torpor.core.instance.spec.NetworkWish;
import torpor.engine.network.NetworkPlan;

/// What an instance's network is to be, from what was asked for.
final class NetworkPlans {

  /// @throws IllegalArgumentException for an instance without a slot
  NetworkPlan of(Instance instance) {
    NetworkWish wish = instance.spec().network();
    return new NetworkPlan(
        instance.id(),
        instance
            .slot()
            .orElseThrow(() -> new IllegalArgumentException(instance.id() + " has no slot")),
        wish.outbound(),
        wish.destinations(),
        wish.name(),
        wish.ports(),
        wish.downloadBytesPerSecond(),
        wish.uploadBytesPerSecond());
  }
}
