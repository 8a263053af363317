package torpor.wire;

/// What a probe is told.
///
/// @param status `ok`, or why not
public record Health(String status) {}
