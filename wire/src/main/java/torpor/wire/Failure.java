package torpor.wire;

import java.util.Optional;

/// Why a job, or one life of it, ended without a result.
///
/// @param reason `exited`, `oom_killed`, `signalled`, `killed_by_user`, `start_failed`,
///   `restore_failed`, `checkpoint_failed`, `deadline`, `lease_lost`, `node_lost` or `image_error`
/// @param detail one sentence
public record Failure(String reason, String detail, Optional<Integer> exitCode) {}
