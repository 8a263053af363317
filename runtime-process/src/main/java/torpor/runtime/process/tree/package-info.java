/// Which processes belong to which machine, and how all of them are ended.
///
/// ```
/// TORPOR_INSTANCE_MARK=<data directory>/<job>/<generation>     in the environment of every process
///                                                              of a machine, inherited by its children
///   Census  reads /proc once for everyone who is waiting
///      └→ Members  the marked ones, the sessions they lead, and their children
///            └→ Ending  SIGTERM, wait for the exits, SIGKILL, look again until none is left
/// ```
///
/// Invariant: only what carries the mark of this data directory, or descends from such a process,
/// is ever touched. What escapes is a process that has at once wiped its environment, left the
/// session and lost its parent.
@NullMarked
package torpor.runtime.process.tree;

import org.jspecify.annotations.NullMarked;
