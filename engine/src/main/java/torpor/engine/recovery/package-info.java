/// What a new daemon does about what its predecessor left.
///
/// ```
///  row in flight ──→ adopt: is its machine there?  ── yes ──→ FoundAlive ──┐
///                         │                        ── no ───→ FoundGone  ──┴─→ the rules decide
///                         └─ no answer in time: the row stays as it was, its runtime is silent
///  then  sweep     machines that no row owns are ended
///  then  [Janitor] directories and snapshots that no row names are deleted
/// ```
///
/// Invariant: nothing is decided about a machine of which nothing is known, and no job moves before
/// it has been looked at.
@NullMarked
package torpor.engine.recovery;

import org.jspecify.annotations.NullMarked;
