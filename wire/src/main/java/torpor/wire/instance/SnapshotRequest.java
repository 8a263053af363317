package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import torpor.wire.RawJson;

/// Takes a snapshot of an instance that goes on.
///
/// @param kind `Standby`: memory and disks; `Stopped` is not built
/// @param name 1 to 63 lower-case letters, digits and dashes
/// @param compression not built
/// @param tags not built
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record SnapshotRequest(
    Optional<String> kind,
    Optional<String> name,
    Optional<RawJson> compression,
    Optional<RawJson> tags) {
  public static final SnapshotRequest USUAL =
      new SnapshotRequest(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
