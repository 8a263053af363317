package torpor.wire.guest;

import java.util.Optional;

/// The checkpoint is durable and the program goes on.
///
/// @param generation the life in which the answer is given
/// @param restoredFrom the snapshot that life began with
/// @param snapshot the number of the checkpoint
/// @param wokenBy what ended the sleep, where there was one
public record CheckpointAnswer(
    GuestJob job,
    String token,
    int generation,
    Optional<Integer> restoredFrom,
    int snapshot,
    Optional<WokenBy> wokenBy) {}
