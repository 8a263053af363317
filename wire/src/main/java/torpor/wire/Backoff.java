package torpor.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.Optional;

/// How long to wait before a retry.
///
/// @param kind `fixed` (`initial` every time) or `exponential` (`initial`, then `factor` times more
///   each time, at most `cap`, spread by up to `jitter` of itself either way)
/// @param factor from 1 to 100
/// @param jitter from 0 to 1
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Backoff(
    String kind,
    Optional<Duration> initial,
    Optional<Double> factor,
    Optional<Duration> cap,
    Optional<Double> jitter) {}
