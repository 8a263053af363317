/// Volumes: made, changed and deleted by callers, held by instances while they have a machine.
///
/// ```
///  Volumes (callers) ─────┐                      ┌─> VolumeStore: the intent, then that it is done
///  instances that begin ──┼─> VolumeLedger ──────┤
///  instances that change ─┘   a lane per volume  └─> VolumeFiles, between the two
///                             rules: torpor.core.instance.volume
/// ```
///
/// The ledger has all volumes of the node as last committed, and who has them, which follows from
/// the instances' rows. Who wants a volume takes its turn in the volume's lane, so that of two who
/// ask at once one gets it; it is asked before the instance's own commit and told after it.
///
/// [torpor.engine.volume.VolumeReconciler] makes files and rows agree, when a daemon begins and
/// when a deed has failed. A volume of which that cannot be done in time is in *trouble*: its row
/// says what was under way, it can be seen with the reason, and it can be deleted; nothing else
/// waits for it.
///
/// Invariant: nothing is on disk that no row names, once a new daemon has looked; what was being
/// made or deleted is deleted then, and what was being changed is as it was.
@NullMarked
package torpor.engine.volume;

import org.jspecify.annotations.NullMarked;
