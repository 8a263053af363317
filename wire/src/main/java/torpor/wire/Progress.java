package torpor.wire;

import java.util.Optional;

/// How far a program says it is. Sent by it, shown to people.
///
/// @param percent from 0 to 100
public record Progress(Optional<Double> percent, Optional<String> message) {}
