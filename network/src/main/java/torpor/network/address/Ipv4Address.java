package torpor.network.address;

import java.util.Optional;
import java.util.regex.Pattern;

/// An IPv4 address.
///
/// @param bits 0 to 2³² - 1
public record Ipv4Address(long bits) implements Comparable<Ipv4Address> {
  private static final Pattern SHAPE =
      Pattern.compile("(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2})");
  private static final long LAST = 0xffff_ffffL;
  private static final int LARGEST_BYTE = 255;

  public Ipv4Address {
    if (bits < 0 || bits > LAST) {
      throw new IllegalArgumentException("not an IPv4 address: " + bits);
    }
  }

  /// Four decimal numbers with dots, and nothing else; empty where it is not that.
  public static Optional<Ipv4Address> parse(String text) {
    if (!SHAPE.matcher(text).matches()) {
      return Optional.empty();
    }
    long bits = 0;
    for (String part : text.split("\\.", -1)) {
      int number = Integer.parseInt(part);
      if (number > LARGEST_BYTE) {
        return Optional.empty();
      }
      bits = (bits << 8) | number;
    }
    return Optional.of(new Ipv4Address(bits));
  }

  public Ipv4Address plus(long distance) {
    return new Ipv4Address(bits + distance);
  }

  /// In 127.0.0.0/8.
  public boolean isLoopback() {
    return bits >>> 24 == 127;
  }

  /// 0.0.0.0, which stands for every address of the host.
  public boolean isAny() {
    return bits == 0;
  }

  @Override
  public int compareTo(Ipv4Address other) {
    return Long.compare(bits, other.bits);
  }

  @Override
  public String toString() {
    return (bits >>> 24)
        + "."
        + (bits >>> 16 & LARGEST_BYTE)
        + "."
        + (bits >>> 8 & LARGEST_BYTE)
        + "."
        + (bits & LARGEST_BYTE);
  }
}
