/// What happens to snapshots after they were taken, in the background, one instance at a time.
///
/// ```
///  a snapshot was taken ─┬─→ its chain is long?          one layer in the place of the chain
///                        └─→ nobody touched it for long?  its layers packed, each once for all
///                                                         snapshots that share it
///
///  merge or pack into <snapshots>/.upkeep ─→ flush ─→ link into the snapshot ─→ new manifest
///           ^ stops at the next piece                       renamed over the old one: the switch
///           where a restore begins                   ─→ old files deleted, while nobody reads
/// ```
///
/// A restore never waits for any of it: it goes on from what the manifest said when it began. A
/// crash leaves the old manifest or the new one, and perhaps files that neither names, which the
/// next look at the instance deletes. Files are hard-linked, so what a fork, another snapshot or a
/// running machine has, stays.
///
/// Invariant: a file is deleted only when no manifest in its directory names it and nobody reads
/// that snapshot.
@NullMarked
package torpor.runtime.qemu.upkeep;

import org.jspecify.annotations.NullMarked;
