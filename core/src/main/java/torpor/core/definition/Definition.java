package torpor.core.definition;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import torpor.core.machine.RuntimeName;
import torpor.core.retry.RetryPolicy;

/// One version of a description of jobs; immutable once added.
///
/// @param config what the runtime needs, in the runtime's own vocabulary, as it was checked and
///   completed by the runtime when the definition was added
/// @param timeout how long a job may take from spawn to end, sleep included
/// @param keepSnapshots how many of the newest snapshots stay on disk, at least 1
public record Definition(
    DefinitionId id,
    DefinitionName name,
    String version,
    RuntimeName runtime,
    JsonText config,
    RetryPolicy retry,
    Optional<Duration> timeout,
    int keepSnapshots,
    Map<String, String> metadata,
    Instant addedAt) {
  public Definition {
    metadata = Map.copyOf(metadata);
    if (keepSnapshots < 1) {
      throw new IllegalArgumentException("at least one snapshot must be kept");
    }
  }
}
