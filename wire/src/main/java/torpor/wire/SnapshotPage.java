package torpor.wire;

import java.util.List;
import java.util.Optional;

/// A job's snapshots, oldest first.
///
/// @param nextCursor where the list goes on; none at its end
public record SnapshotPage(List<Snapshot> snapshots, Optional<String> nextCursor) {
  public SnapshotPage {
    snapshots = List.copyOf(snapshots);
  }
}
