package torpor.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Adds a version of a definition. Adding the very same content again is answered with what is
/// there.
///
/// @param runtime the runtime's name, such as `wasm`; `runtime_type` is checker's word for the
///   same, and one of the two is given
/// @param isolation how well its machines are to be kept apart, instead of a runtime that is: `vm`
/// @param config what the runtime needs, in its own vocabulary; an object
/// @param timeout how long a job may take from spawn to end, sleep included
/// @param keepSnapshots how many of the newest snapshots stay on disk
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record DefinitionRequest(
    String name,
    String version,
    Optional<String> runtime,
    Optional<String> runtimeType,
    Optional<String> isolation,
    RawJson config,
    Optional<RetryPolicyRequest> retryPolicy,
    Optional<Duration> timeout,
    Optional<Integer> keepSnapshots,
    Map<String, String> metadata) {
  public DefinitionRequest {
    metadata = Map.copyOf(metadata);
  }
}
