package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Sets the schedule by which snapshots of an instance are taken, in the place of any before.
///
/// @param interval a minute or more
/// @param metadata a person's own notes
/// @param namePrefix what the snapshots' names begin with, at most 47 characters; `scheduled` where
///   left out
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record SnapshotScheduleRequest(
    Duration interval,
    Retention retention,
    Map<String, String> metadata,
    Optional<String> namePrefix) {
  public SnapshotScheduleRequest {
    metadata = Map.copyOf(metadata);
  }

  /// How long they are kept; at least one of the two.
  ///
  /// @param maxAge how old one may become
  /// @param maxCount how many are kept
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Retention(Optional<Duration> maxAge, Optional<Integer> maxCount) {}
}
