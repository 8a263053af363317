package torpor.core.job;

import java.time.Instant;
import java.util.Optional;
import torpor.core.definition.Definition;
import torpor.core.refusal.Refusal;

/// What a rule may know of the world.
///
/// @param draw a random number from 0 (inclusive) to 1 (exclusive)
/// @param checkpointRefusal why this job's runtime cannot checkpoint; empty where it can
/// @param settled what the store knows of the token in a checkpoint call
public record JobFacts(
    Instant now,
    double draw,
    Definition definition,
    Optional<Refusal> checkpointRefusal,
    Optional<SettledToken> settled) {}
