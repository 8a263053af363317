package torpor.wire.guest;

import java.util.Optional;

/// What ended a sleep.
///
/// @param kind `timer`, `signal` or `manual`
/// @param signal the signal itself, where it was one
public record WokenBy(String kind, Optional<GuestSignal> signal) {}
