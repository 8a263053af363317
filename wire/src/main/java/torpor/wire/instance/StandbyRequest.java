package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.Optional;
import torpor.wire.RawJson;

/// Puts an instance in standby.
///
/// @param compression not built
/// @param compressionDelay not built
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record StandbyRequest(Optional<RawJson> compression, Optional<Duration> compressionDelay) {
  public static final StandbyRequest USUAL = new StandbyRequest(Optional.empty(), Optional.empty());
}
