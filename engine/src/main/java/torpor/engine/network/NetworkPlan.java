package torpor.engine.network;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import torpor.core.instance.InstanceId;
import torpor.core.network.AddressSlot;
import torpor.core.network.PublishedPort;

/// What an instance's network is to be.
///
/// @param outbound whether the guest may open connections to beyond this host
/// @param peers the instances that may open connections to it; empty means none
/// @param downloadBytesPerSecond towards the guest, empty is unlimited
/// @param uploadBytesPerSecond from the guest, empty is unlimited
public record NetworkPlan(
    InstanceId instance,
    AddressSlot slot,
    boolean outbound,
    Set<AddressSlot> peers,
    List<PublishedPort> ports,
    OptionalLong downloadBytesPerSecond,
    OptionalLong uploadBytesPerSecond) {
  public NetworkPlan {
    peers = Set.copyOf(peers);
    ports = List.copyOf(ports);
  }
}
