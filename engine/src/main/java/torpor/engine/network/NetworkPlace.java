package torpor.engine.network;

import java.util.List;

/// An instance's network as it stands, for the runtime that puts a machine into it.
///
/// @param namespace name of the network namespace (`ip netns`)
/// @param tap name of the TAP device in it
/// @param mac of the guest's interface; the same for every instance
/// @param address of the guest with its prefix length, `10.0.0.2/30`; the same for every instance
/// @param gateway as the guest sees it
/// @param nameservers as the guest asks them; the same for every instance, whatever the host's are
/// @param outside by which the host reaches the guest; differs per slot
public record NetworkPlace(
    String namespace,
    String tap,
    String mac,
    String address,
    String gateway,
    List<String> nameservers,
    String outside,
    int mtu) {
  public NetworkPlace {
    nameservers = List.copyOf(nameservers);
  }
}
