package torpor.network.rules;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import torpor.core.instance.InstanceId;
import torpor.core.network.AddressSlot;
import torpor.network.address.Ipv4Address;
import torpor.network.address.Ipv4Range;
import torpor.network.address.SlotAddresses;
import torpor.network.names.Names;

/// Everything from which an instance's network follows.
///
/// @param pool of every instance of this daemon
/// @param upstream nameservers, the preferred first; empty is none
/// @param destinations beyond the host that it may open connections to; empty is all
/// @param network number of the one that it is in; empty is none
/// @param download bytes per second towards the guest
/// @param upload bytes per second from the guest
public record Wiring(
    Names names,
    InstanceId instance,
    AddressSlot slot,
    SlotAddresses addresses,
    Ipv4Range pool,
    int mtu,
    List<Ipv4Address> upstream,
    boolean outbound,
    List<String> destinations,
    OptionalInt network,
    OptionalLong download,
    OptionalLong upload) {
  public Wiring {
    upstream = List.copyOf(upstream);
    destinations = destinations.stream().distinct().sorted().toList();
  }

  public String namespace() {
    return names.namespace(slot);
  }

  public String wire() {
    return names.wire(slot);
  }

  /// The upstream behind each of the guest's nameservers, the last repeated where there are fewer.
  List<Ipv4Address> upstreamOfEach() {
    if (upstream.isEmpty()) {
      return List.of();
    }
    int wanted = GuestWire.NAMESERVERS.size();
    List<Ipv4Address> first = upstream.subList(0, Math.min(wanted, upstream.size()));
    List<Ipv4Address> all = new ArrayList<>(first);
    all.addAll(Collections.nCopies(wanted - first.size(), first.getLast()));
    return List.copyOf(all);
  }
}
