/// The keeper: a small shell that is parent, group leader and session leader of one program, and
/// outlives the daemon to say how the program ended.
///
/// ```
///  daemon                      keeper (setsid sh)                     program
///    │ fork, exec ───────────────→│ own session, carries the mark
///    │ reads its start time       │ waits on standard input
///    │ "go" ─────────────────────→│ fork, exec ───────────────────────→│
///    x may die here               │                                    │
///                                 │←──────────────────── ends ─────────┘
///                                 │ writes exit-<generation>
///                                 │ kills its whole group, itself included
/// ```
///
/// Invariant: no program runs before its keeper carries the mark where a census finds it. Until the
/// word *go* the keeper runs nothing, and a daemon that dies before it has said so closes the pipe,
/// at which the keeper ends without a trace. So whatever a daemon leaves behind at whichever point
/// is either found by its mark or ends by itself.
@NullMarked
package torpor.runtime.process.keeper;

import org.jspecify.annotations.NullMarked;
