package torpor.wire;

import java.time.Instant;
import java.util.Optional;

/// What an ended job left. Which of the fields are there depends on `state`.
public record JobResult(
    String jobId,
    String state,
    Optional<Integer> exitCode,
    Optional<RawJson> output,
    Optional<Failure> failure,
    int attempt,
    Instant spawnedAt,
    Instant endedAt) {
  public JobResult {
    output = output.filter(json -> !json.isNull());
  }
}
