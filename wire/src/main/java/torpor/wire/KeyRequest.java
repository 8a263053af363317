package torpor.wire;

/// Makes an API key.
///
/// @param name what it is for, shown in lists
public record KeyRequest(String name) {}
