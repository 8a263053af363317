package torpor.wire;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// One version of a definition. See [DefinitionRequest].
public record Definition(
    String name,
    String version,
    String runtime,
    RawJson config,
    RetryPolicy retryPolicy,
    Optional<Duration> timeout,
    int keepSnapshots,
    Map<String, String> metadata,
    Instant addedAt) {
  public Definition {
    metadata = Map.copyOf(metadata);
  }
}
