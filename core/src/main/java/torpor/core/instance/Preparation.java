package torpor.core.instance;

import java.util.Locale;
import java.util.Optional;

/// What is prepared for a new instance, in this order.
public enum Preparation {
  IMAGE,
  DISKS,
  NETWORK;

  /// Empty after the last.
  public Optional<Preparation> next() {
    return switch (this) {
      case IMAGE -> Optional.of(DISKS);
      case DISKS -> Optional.of(NETWORK);
      case NETWORK -> Optional.empty();
    };
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
