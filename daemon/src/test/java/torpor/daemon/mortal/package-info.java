/// The daemon as it is, but for ports that can be told at which of their steps it is to die.
///
/// ```
///  engine ──→ Faults (counts, writes the story, dies) ──→ store, images, disks, networks, machines
///                 ↑ order: "the 7th step, before it"
///  test ──────────┘
/// ```
///
/// It dies of a SIGKILL that it sends itself, so nothing of it runs a moment longer. Which steps
/// there are nobody has written down: a run without a fault tells them.
@NullMarked
package torpor.daemon.mortal;

import org.jspecify.annotations.NullMarked;
