package torpor.wire.guest;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// What a program may know of its own job.
///
/// @param retryCount attempts before this one
/// @param restoredFrom the snapshot that the present life began with
/// @param lastCheckpointAtMs milliseconds since the epoch
public record GuestMetadata(
    String jobId,
    String definitionName,
    String definitionVersion,
    int attempt,
    int retryCount,
    int generation,
    Optional<Integer> restoredFrom,
    Optional<Long> lastCheckpointAtMs,
    Instant spawnedAt,
    Map<String, String> metadata) {
  public GuestMetadata {
    metadata = Map.copyOf(metadata);
  }
}
