package torpor.network.rules;

import java.util.List;
import java.util.Optional;
import torpor.network.address.Ipv4Address;

/// That an instance is in a network.
///
/// @param whose its outside address
/// @param network from 1
public record Membership(Ipv4Address whose, int network) implements Element {
  static final String NETWORKS = "network_of";
  private static final String MEMBERS = "members";

  @Override
  public List<Entry> entries() {
    return List.of(
        new Entry(NETWORKS, whose.toString(), Optional.of(Integer.toString(network))),
        new Entry(MEMBERS, whose + " . " + network, Optional.empty()));
  }
}
