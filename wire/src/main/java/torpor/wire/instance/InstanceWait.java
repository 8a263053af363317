package torpor.wire.instance;

import java.util.Optional;

/// The end of a wait for a state.
///
/// @param state as it is now
/// @param timedOut whether the time was up before it was reached
/// @param stateError why it has failed
public record InstanceWait(String state, boolean timedOut, Optional<String> stateError) {}
