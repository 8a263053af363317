package torpor.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Spawns a job.
///
/// @param definitionVersion a version; `latest` (or `@latest`) where left out
/// @param params handed to the program, any JSON
/// @param env what the program finds in its environment besides what Torpor puts there, which wins
/// @param timeout replaces the definition's
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record JobRequest(
    String definitionName,
    Optional<String> definitionVersion,
    RawJson params,
    Map<String, String> env,
    Map<String, String> metadata,
    Optional<Duration> timeout) {
  public JobRequest {
    env = Map.copyOf(env);
    metadata = Map.copyOf(metadata);
  }
}
