package torpor.wire;

import java.time.Instant;
import java.util.Optional;

/// What may end a sleep, whichever comes first; a person can always end it by hand.
///
/// @param signal the name of a signal; `*` is any
public record Waker(Optional<Instant> at, Optional<String> signal) {}
