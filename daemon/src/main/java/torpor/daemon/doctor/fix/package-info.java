/// What `torpor doctor --fix` does about what is missing.
///
/// ```
/// Requirements ─ look ─→ Needs ─┐
///                               ├─ FixPlan (pure) ─→ steps ─ shown, agreed to ─→ Fixes ─→ Commands
/// Means of this host ───────────┘
/// ```
///
/// Invariant: nothing is done that was not shown before, word by word.
@NullMarked
package torpor.daemon.doctor.fix;

import org.jspecify.annotations.NullMarked;
