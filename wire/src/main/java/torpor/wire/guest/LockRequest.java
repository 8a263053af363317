package torpor.wire.guest;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.Optional;

/// While a lock is held, checkpoints wait.
///
/// @param ttl when it dies by itself; 5 minutes where left out
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record LockRequest(Optional<Duration> ttl) {}
