package torpor.wire.guest;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Asks for everything so far to be made durable.
///
/// @param token the caller's own name for this checkpoint, 1 to 128 visible ASCII characters; the
///   same token never checkpoints or sleeps twice
/// @param suspendDuration sleep that long afterwards
/// @param suspendUntil or until then
/// @param untilSignal and wake at a signal of this name, `*` for any; without a time, sleep until
///   it comes
/// @param label shown in the list of snapshots
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record CheckpointRequest(
    String token,
    Optional<Duration> suspendDuration,
    Optional<Instant> suspendUntil,
    Optional<String> untilSignal,
    Optional<String> label) {}
