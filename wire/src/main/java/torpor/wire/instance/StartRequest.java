package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/// Starts a stopped instance.
///
/// @param cmd in place of what it ran before, from now on
/// @param entrypoint the same
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record StartRequest(Optional<List<String>> cmd, Optional<List<String>> entrypoint) {
  public static final StartRequest AS_IT_IS = new StartRequest(Optional.empty(), Optional.empty());

  public StartRequest {
    cmd = cmd.map(List::copyOf);
    entrypoint = entrypoint.map(List::copyOf);
  }
}
