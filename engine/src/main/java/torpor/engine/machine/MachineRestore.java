package torpor.engine.machine;

import java.nio.file.Path;
import java.util.Optional;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.Token;
import torpor.core.wake.Wake;

/// What a runtime is given to restore a machine.
///
/// @param start as for a start; the environment in memory is the old one all the same
/// @param snapshot its directory, as written by [MachineRuntime#snapshot] and published
/// @param token of the checkpoint call that was in flight when it was taken
/// @param wake what ended the sleep, where it began one; part of the answer to that call
public record MachineRestore(
    MachineStart start, Path snapshot, SnapshotNumber number, Token token, Optional<Wake> wake) {}
