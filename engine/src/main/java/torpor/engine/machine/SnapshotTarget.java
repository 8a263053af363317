package torpor.engine.machine;

import java.nio.file.Path;
import java.util.Optional;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.snapshot.SnapshotNumber;

/// Where and how to snapshot.
///
/// @param staging an empty directory on the same file system as `parent`
/// @param parent the newest durable snapshot's directory, whose files may be hard-linked
public record SnapshotTarget(
    JobId job,
    Generation generation,
    MachineHandle machine,
    SnapshotNumber number,
    Path staging,
    Optional<ParentSnapshot> parent,
    boolean keepsRunning) {

  public record ParentSnapshot(SnapshotNumber number, Path directory) {}
}
