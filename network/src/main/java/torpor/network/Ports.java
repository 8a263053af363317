package torpor.network;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import torpor.core.network.PublishedPort;
import torpor.core.network.PublishedPort.Protocol;
import torpor.core.refusal.Refusal;
import torpor.network.address.Ipv4Address;
import torpor.network.address.SlotAddresses;
import torpor.network.rules.Publication;

/// Published ports as the kernel is told of them. Pure.
final class Ports {
  /// A script is one argument, of at most 128 KiB.
  private static final int MOST = 512;

  private static final Ipv4Address LOOPBACK = new Ipv4Address(0x7f00_0001L);

  private Ports() {}

  /// Why these cannot be published on any host.
  static Optional<Refusal> refusal(List<PublishedPort> ports) {
    if (ports.size() > MOST) {
      return Optional.of(
          Refusal.invalid(
              "ports",
              "An instance publishes at most " + MOST + " ports, not " + ports.size() + ".",
              "Publish fewer."));
    }
    Set<String> seen = new HashSet<>();
    for (PublishedPort port : ports) {
      if (address(port).isEmpty()) {
        return Optional.of(
            Refusal.invalid(
                "ports",
                "'" + port.hostAddress().orElse("") + "' is no IPv4 address to publish at.",
                "Give an IPv4 address of this host, 0.0.0.0 for all, or none for loopback."));
      }
      if (!seen.add(port.protocol() + " " + address(port) + " " + port.hostPort())) {
        return Optional.of(
            Refusal.invalid(
                "ports",
                "Port " + port.hostPort() + "/" + port.protocol().text() + " is published twice.",
                "Publish it once."));
      }
    }
    return Optional.empty();
  }

  /// @param open whether TCP ports lead to the machine; UDP ports always do
  static Set<Publication> publications(
      List<PublishedPort> ports, SlotAddresses addresses, boolean open) {
    return ports.stream()
        .filter(port -> open || port.protocol() == Protocol.UDP)
        .map(port ->
            new Publication(
                port.protocol(),
                address(port).orElseThrow(),
                port.hostPort(),
                addresses.outside(),
                port.guestPort()))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Optional<Ipv4Address> address(PublishedPort port) {
    return port.hostAddress().map(Ipv4Address::parse).orElse(Optional.of(LOOPBACK));
  }
}
