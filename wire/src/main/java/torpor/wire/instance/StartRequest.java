package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import torpor.wire.RawJson;

/// Starts a stopped instance.
///
/// @param cmd not built
/// @param entrypoint not built
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record StartRequest(Optional<RawJson> cmd, Optional<RawJson> entrypoint) {
  public static final StartRequest AS_IT_IS = new StartRequest(Optional.empty(), Optional.empty());
}
