package torpor.engine.machine;

import java.nio.file.Path;
import java.util.Optional;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;

/// A machine that was recorded by an earlier daemon.
///
/// @param machine empty where the daemon died before it learned the handle
public record MachineAdoption(
    JobId job,
    Generation generation,
    Optional<MachineHandle> machine,
    Path directory,
    MachineListener listener) {}
