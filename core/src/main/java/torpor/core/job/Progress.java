package torpor.core.job;

import java.util.Optional;
import java.util.OptionalDouble;

/// How far a program says it is; shown to people, not relied on by anything.
///
/// @param percent from 0 to 100
public record Progress(OptionalDouble percent, Optional<String> message) {}
