package torpor.network.rules;

import java.util.Locale;
import torpor.core.network.PublishedPort.Protocol;

/// The maps of the host's table in which published ports are elements.
enum PortMap {
  TCP_AT,
  UDP_AT,
  TCP_ANY,
  UDP_ANY;

  static PortMap of(Protocol protocol, boolean anyAddress) {
    return switch (protocol) {
      case TCP -> anyAddress ? TCP_ANY : TCP_AT;
      case UDP -> anyAddress ? UDP_ANY : UDP_AT;
    };
  }

  Protocol protocol() {
    return switch (this) {
      case TCP_AT, TCP_ANY -> Protocol.TCP;
      case UDP_AT, UDP_ANY -> Protocol.UDP;
    };
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  String type() {
    String key =
        switch (this) {
          case TCP_AT, UDP_AT -> "ipv4_addr . inet_service";
          case TCP_ANY, UDP_ANY -> "inet_service";
        };
    return key + " : ipv4_addr . inet_service";
  }
}
