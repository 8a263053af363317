package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// The schedule by which snapshots of an instance are taken, and how far it has come.
///
/// @param nextRunAt in the past while the instance is busy with something else
/// @param lastRunAt when it last had its turn, whatever came of it
/// @param lastSnapshotId what it last took, or found the instance asleep on
/// @param lastError why its last run took none
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record SnapshotSchedule(
    String instanceId,
    Duration interval,
    SnapshotScheduleRequest.Retention retention,
    Map<String, String> metadata,
    Optional<String> namePrefix,
    Instant createdAt,
    Instant updatedAt,
    Instant nextRunAt,
    Optional<Instant> lastRunAt,
    Optional<String> lastSnapshotId,
    Optional<String> lastError) {
  public SnapshotSchedule {
    metadata = Map.copyOf(metadata);
  }
}
