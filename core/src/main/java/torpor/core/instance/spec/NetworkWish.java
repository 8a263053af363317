package torpor.core.instance.spec;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import torpor.core.network.Destinations;
import torpor.core.network.NetworkName;
import torpor.core.network.PublishedPort;

/// @param enabled whether it has a network at all
/// @param outbound whether it may open connections to beyond this host
/// @param downloadBytesPerSecond towards the guest, empty is unlimited
/// @param uploadBytesPerSecond from the guest, empty is unlimited
/// @param name of the network whose instances reach each other; empty is none
/// @param destinations beyond this host that it may open connections to; empty is all
public record NetworkWish(
    boolean enabled,
    boolean outbound,
    List<PublishedPort> ports,
    OptionalLong downloadBytesPerSecond,
    OptionalLong uploadBytesPerSecond,
    Optional<NetworkName> name,
    Optional<Destinations> destinations) {
  public static final NetworkWish NONE =
      new NetworkWish(false, false, List.of(), OptionalLong.empty(), OptionalLong.empty());
  public static final NetworkWish DEFAULT =
      new NetworkWish(true, true, List.of(), OptionalLong.empty(), OptionalLong.empty());

  public NetworkWish {
    ports = List.copyOf(ports);
    if (destinations.isPresent() && !outbound) {
      throw new IllegalArgumentException("destinations for what may connect to none");
    }
    if (!enabled && name.isPresent()) {
      throw new IllegalArgumentException("one without a network is in the network " + name.get());
    }
    if (!enabled && !ports.isEmpty()) {
      throw new IllegalArgumentException("ports are published without a network");
    }
  }

  /// With nobody beside it, and to everywhere where it may go out at all.
  public NetworkWish(
      boolean enabled,
      boolean outbound,
      List<PublishedPort> ports,
      OptionalLong downloadBytesPerSecond,
      OptionalLong uploadBytesPerSecond) {
    this(
        enabled,
        outbound,
        ports,
        downloadBytesPerSecond,
        uploadBytesPerSecond,
        Optional.empty(),
        Optional.empty());
  }

  public NetworkWish publishing(List<PublishedPort> others) {
    return new NetworkWish(
        enabled,
        outbound,
        others,
        downloadBytesPerSecond,
        uploadBytesPerSecond,
        name,
        destinations);
  }
}
