package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What decides about the standby of an instance by itself.
///
/// @param supported whether this server can put instances to sleep by themselves
/// @param configured whether this one has an idle time
/// @param enabled the same
/// @param eligible whether it may go to sleep at all as it is now
/// @param status `disabled`, `ineligible`, `active`, `idle_countdown`, `ready_for_standby` or
///   `standby_requested`
/// @param reason for the status: `policy_missing`, `instance_not_running`, `network_disabled`,
///   `active_inbound_connections`, `idle_timeout_not_elapsed` or `ready_for_standby`
/// @param trackingMode how connections are seen
/// @param idleSince when the last connection ended
/// @param lastInboundActivityAt the same, or now where there is one
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record AutoStandbyStatus(
    boolean supported,
    boolean configured,
    boolean enabled,
    boolean eligible,
    String status,
    String reason,
    int activeInboundConnections,
    String trackingMode,
    Optional<Duration> idleTimeout,
    Optional<Instant> idleSince,
    Optional<Instant> lastInboundActivityAt,
    Optional<Instant> nextStandbyAt,
    Optional<Duration> countdownRemaining,
    Optional<Instant> holdUntil) {}
