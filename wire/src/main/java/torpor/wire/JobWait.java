package torpor.wire;

/// Answer to waiting for a state.
///
/// @param reached false where the time ran out first
public record JobWait(boolean reached, Job job) {}
