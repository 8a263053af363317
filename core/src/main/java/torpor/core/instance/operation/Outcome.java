package torpor.core.instance.operation;

import java.time.Instant;
import java.util.Optional;
import torpor.core.refusal.Refusal;

/// How an operation ended; who waits for one looks for its number.
///
/// @param failure empty where it did what was asked
public record Outcome(int number, Operation.Kind kind, Instant at, Optional<Refusal> failure) {}
