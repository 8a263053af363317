package torpor.engine.caller;

import java.time.Instant;
import java.util.Optional;

/// How idle an instance is that goes to sleep by itself, as the last look at it showed.
///
/// @param connections from outside that are open
/// @param lastActive when there was one, or when it was woken
/// @param heldUntil it does not go to sleep before, because somebody asked for that
public record Idleness(int connections, Instant lastActive, Optional<Instant> heldUntil) {}
