package torpor.network.rules;

import java.util.List;
import java.util.Optional;
import torpor.core.network.PublishedPort.Protocol;
import torpor.network.address.Ipv4Address;

/// A port of the host that the kernel leads to an instance.
///
/// @param at 0.0.0.0 is every address of the host
/// @param to an outside address
public record Publication(Protocol protocol, Ipv4Address at, int port, Ipv4Address to, int toPort)
    implements Element {

  private PortMap map() {
    return PortMap.of(protocol, at.isAny());
  }

  @Override
  public Ipv4Address whose() {
    return to;
  }

  @Override
  public List<Entry> entries() {
    return List.of(new Entry(map().text(), key(), Optional.of(to + " . " + toPort)));
  }

  private String key() {
    return at.isAny() ? Integer.toString(port) : at + " . " + port;
  }
}
