package torpor.wire.volume;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/// Takes a snapshot of a volume.
///
/// @param name 1 to 63 lower-case letters, digits, dashes, dots and underscores
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record VolumeSnapshotRequest(Optional<String> name) {
  public static final VolumeSnapshotRequest UNNAMED = new VolumeSnapshotRequest(Optional.empty());
}
