package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import torpor.wire.RawJson;

/// Restores an instance.
///
/// @param snapshot its number, name or id; the newest where left out
/// @param allowOlder whether it may be another than the newest
/// @param targetState `Running`, `Paused`, `Standby` or `Stopped`; `Running` where left out
/// @param targetHypervisor not built
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record RestoreRequest(
    Optional<RawJson> snapshot,
    Optional<Boolean> allowOlder,
    Optional<String> targetState,
    Optional<RawJson> targetHypervisor) {
  public static final RestoreRequest NEWEST =
      new RestoreRequest(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
