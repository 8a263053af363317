package torpor.core.instance.spec;

import java.util.List;
import java.util.OptionalLong;
import torpor.core.network.PublishedPort;

/// @param enabled whether it has a network at all
/// @param outbound whether it may open connections to beyond this host
/// @param downloadBytesPerSecond towards the guest, empty is unlimited
/// @param uploadBytesPerSecond from the guest, empty is unlimited
public record NetworkWish(
    boolean enabled,
    boolean outbound,
    List<PublishedPort> ports,
    OptionalLong downloadBytesPerSecond,
    OptionalLong uploadBytesPerSecond) {
  public static final NetworkWish NONE =
      new NetworkWish(false, false, List.of(), OptionalLong.empty(), OptionalLong.empty());
  public static final NetworkWish DEFAULT =
      new NetworkWish(true, true, List.of(), OptionalLong.empty(), OptionalLong.empty());

  public NetworkWish {
    ports = List.copyOf(ports);
    if (!enabled && !ports.isEmpty()) {
      throw new IllegalArgumentException("ports are published without a network");
    }
  }
}
