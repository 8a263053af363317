package torpor.wire.image;

import java.util.List;

/// What a prune deleted.
public record Pruned(List<Image> deleted, long freedBytes) {
  public Pruned {
    deleted = List.copyOf(deleted);
  }
}
