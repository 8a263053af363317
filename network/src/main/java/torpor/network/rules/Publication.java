package torpor.network.rules;

import torpor.core.network.PublishedPort.Protocol;
import torpor.network.address.Ipv4Address;

/// A port of the host that the kernel leads to an instance.
///
/// @param at 0.0.0.0 is every address of the host
/// @param to an outside address
public record Publication(Protocol protocol, Ipv4Address at, int port, Ipv4Address to, int toPort) {

  PortMap map() {
    return PortMap.of(protocol, at.isAny());
  }

  String key() {
    return at.isAny() ? Integer.toString(port) : at + " . " + port;
  }

  String value() {
    return to + " . " + toPort;
  }
}
