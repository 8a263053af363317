package torpor.network.facts;

import java.util.List;
import java.util.Optional;
import torpor.network.address.Ipv4Address;
import torpor.network.address.Ipv4Range;

/// A route of the host.
public record Route(String device, Ipv4Range to) {
  private static final int DEVICE = 0;
  private static final int DESTINATION = 1;
  private static final int MASK = 7;
  private static final int HEXADECIMAL = 16;

  /// A route as wide as this leads to everything, not to a network that somebody uses.
  private static final int WIDEST_NETWORK = 8;

  /// Reads `/proc/net/route`.
  public static List<Route> read(String text) {
    return text.lines().skip(1).map(Route::line).flatMap(Optional::stream).toList();
  }

  private static Optional<Route> line(String line) {
    String[] columns = line.strip().split("\\s+", -1);
    if (columns.length <= MASK) {
      return Optional.empty();
    }
    int prefix = Long.bitCount(Long.parseLong(columns[MASK], HEXADECIMAL));
    Ipv4Address first = reversed(Long.parseLong(columns[DESTINATION], HEXADECIMAL));
    return Optional.of(new Route(columns[DEVICE], new Ipv4Range(first, prefix)));
  }

  /// The file has the bytes as they lie in memory.
  private static Ipv4Address reversed(long bits) {
    return new Ipv4Address(Integer.toUnsignedLong(Integer.reverseBytes((int) bits)));
  }

  public boolean isDefault() {
    return to.prefix() == 0;
  }

  /// Whether somebody uses the addresses it leads to.
  public boolean leadsToANetwork() {
    return to.prefix() >= WIDEST_NETWORK;
  }
}
