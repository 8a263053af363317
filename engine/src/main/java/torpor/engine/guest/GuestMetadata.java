package torpor.engine.guest;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;

/// What a program may know about its own job.
public record GuestMetadata(
    JobId job,
    String definitionName,
    String definitionVersion,
    int attempt,
    Generation generation,
    Optional<SnapshotNumber> restoredFrom,
    Optional<SnapshotRef> lastCheckpoint,
    Instant spawnedAt,
    Map<String, String> metadata) {
  public GuestMetadata {
    metadata = Map.copyOf(metadata);
  }
}
