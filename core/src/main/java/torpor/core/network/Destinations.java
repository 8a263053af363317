package torpor.core.network;

import java.util.List;

/// Where connections may go, and nowhere else.
///
/// @param ranges at least one
public record Destinations(List<AddressRange> ranges) {
  public Destinations {
    ranges = List.copyOf(ranges);
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("destinations without a range");
    }
  }
}
