package torpor.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Whether, when and from where a job goes on after a failure. Everything left out has its default.
///
/// @param maxAttempts how often the job may run in all; `max_retries` is one less and checker's
///   word. Give one
/// @param retryDelay the same wait before every retry; or give `backoff`
/// @param on the failures that are retried, as in [Failure#reason]
/// @param from `newest_checkpoint` or `start`
/// @param crashLoopLimit ends on one and the same snapshot before the job is given up
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record RetryPolicyRequest(
    Optional<Integer> maxAttempts,
    Optional<Integer> maxRetries,
    Optional<Duration> retryDelay,
    Optional<Backoff> backoff,
    Optional<List<String>> on,
    Optional<String> from,
    Optional<Integer> crashLoopLimit) {}
