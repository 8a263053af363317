package torpor.wire;

import java.time.Instant;
import java.util.Optional;

/// A durable snapshot.
///
/// @param token the caller's own name for the checkpoint
/// @param generation the life in which it was taken
/// @param bytes what it occupies itself, shared files not counted
/// @param parent the snapshot whose files it shares
/// @param wokenBy what ended the sleep that began with it: `timer`, `signal` or `manual`
public record Snapshot(
    int number,
    Instant takenAt,
    String token,
    Optional<String> label,
    int generation,
    long bytes,
    Optional<Integer> parent,
    Optional<String> wokenBy) {}
