package torpor.wire;

import java.util.List;
import java.util.Optional;

/// API keys, oldest first.
public record KeyPage(List<Key> keys, Optional<String> nextCursor) {
  public KeyPage {
    keys = List.copyOf(keys);
  }
}
