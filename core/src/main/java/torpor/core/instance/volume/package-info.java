/// Volumes: disks that outlive the machines that have them. Pure.
///
/// ```
///   Creating ──→ Ready ──→ Resizing, Snapshotting ──→ Ready ──→ Deleting ──→ gone
///      └─ fails, or the daemon ends: gone               └─ the daemon ends: Ready, as it was
/// ```
///
/// Who has a volume follows from the instances: an instance depends on a volume as long as it names
/// it, and *holds* it while it has a machine, or memory in which the volume is mounted
/// ([torpor.core.instance.volume.VolumeRules#holds]). One instance may hold a volume to write, or
/// any number to read; nothing is done to a volume that is held.
///
/// A volume that can be written is part of its instance's snapshots, so going back to one brings
/// its content back. [torpor.core.instance.volume.Tenure] says since when one instance alone has
/// changed the content: a snapshot from before that is not gone back to, as somebody else's work
/// would be lost.
@NullMarked
package torpor.core.instance.volume;

import org.jspecify.annotations.NullMarked;
