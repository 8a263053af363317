package torpor.engine.network;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import torpor.core.instance.InstanceId;
import torpor.core.instance.spec.NetworkWish;
import torpor.core.network.AddressSlot;
import torpor.core.network.Destinations;
import torpor.core.network.NetworkName;
import torpor.core.network.PublishedPort;

/// What an instance's network is to be.
///
/// @param outbound whether the guest may open connections to beyond this host
/// @param destinations beyond this host that it may open connections to; empty is all
/// @param network whose other instances may open connections to it, and it to them; empty means
///   none may
/// @param downloadBytesPerSecond towards the guest, empty is unlimited
/// @param uploadBytesPerSecond from the guest, empty is unlimited
public record NetworkPlan(
    InstanceId instance,
    AddressSlot slot,
    boolean outbound,
    Optional<Destinations> destinations,
    Optional<NetworkName> network,
    List<PublishedPort> ports,
    OptionalLong downloadBytesPerSecond,
    OptionalLong uploadBytesPerSecond) {
  public NetworkPlan {
    ports = List.copyOf(ports);
  }

  /// What was asked for, at this slot.
  public static NetworkPlan of(InstanceId instance, AddressSlot slot, NetworkWish wish) {
    return new NetworkPlan(
        instance,
        slot,
        wish.outbound(),
        wish.destinations(),
        wish.name(),
        wish.ports(),
        wish.downloadBytesPerSecond(),
        wish.uploadBytesPerSecond());
  }
}
