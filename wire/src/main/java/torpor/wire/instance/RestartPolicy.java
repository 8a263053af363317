package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.Optional;

/// What follows when a machine ends that nobody stopped.
///
/// @param policy `never`, `always` or `on_failure`
/// @param maxAttempts how many times in a row; 0 is without limit
/// @param backoff before the first, doubling six times; 1 s where left out
/// @param stableAfter a run of this length starts the count anew; 10 minutes where left out
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record RestartPolicy(
    Optional<String> policy,
    Optional<Integer> maxAttempts,
    Optional<Duration> backoff,
    Optional<Duration> stableAfter) {}
