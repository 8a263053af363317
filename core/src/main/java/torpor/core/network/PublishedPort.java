package torpor.core.network;

import java.util.Locale;
import java.util.Optional;

/// A port of the host that leads to a port of the instance.
///
/// @param hostAddress where the host listens; empty is loopback only
/// @param hostPort 1 to 65535
public record PublishedPort(
    Optional<String> hostAddress, int hostPort, int guestPort, Protocol protocol) {
  public PublishedPort {
    if (hostPort < 1 || hostPort > 65_535 || guestPort < 1 || guestPort > 65_535) {
      throw new IllegalArgumentException("a port is 1 to 65535");
    }
  }

  /// What is spoken on it.
  public enum Protocol {
    TCP,
    UDP;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
