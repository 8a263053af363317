package torpor.network.address;

import java.util.Optional;

/// A range of IPv4 addresses with one prefix, `10.213.0.0/16`.
///
/// @param first has no bits beyond the prefix
/// @param prefix 0 to 32
public record Ipv4Range(Ipv4Address first, int prefix) {
  private static final int BITS = 32;

  public Ipv4Range {
    if (prefix < 0 || prefix > BITS) {
      throw new IllegalArgumentException("a prefix is 0 to 32: " + prefix);
    }
    if (first.bits() % (1L << (BITS - prefix)) != 0) {
      throw new IllegalArgumentException(first + " has bits beyond /" + prefix);
    }
  }

  /// An address, a slash and a prefix; empty where it is not that or has bits beyond its prefix.
  public static Optional<Ipv4Range> parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !text.substring(slash + 1).matches("[0-9]|[12][0-9]|3[0-2]")) {
      return Optional.empty();
    }
    int prefix = Integer.parseInt(text.substring(slash + 1));
    return Ipv4Address.parse(text.substring(0, slash))
        .filter(address -> address.bits() % (1L << (BITS - prefix)) == 0)
        .map(address -> new Ipv4Range(address, prefix));
  }

  public long size() {
    return 1L << (BITS - prefix);
  }

  public Ipv4Address last() {
    return first.plus(size() - 1);
  }

  public boolean contains(Ipv4Address address) {
    return first.compareTo(address) <= 0 && address.compareTo(last()) <= 0;
  }

  public boolean overlaps(Ipv4Range other) {
    return contains(other.first) || other.contains(first);
  }

  @Override
  public String toString() {
    return first + "/" + prefix;
  }
}
