/// One actor per job in memory: a mailbox, and a thread only while there is mail.
///
/// ```
/// ask(job, event) -> mailbox -> decide -> commit -> tell the asker, arm the timer, start effects
///                                  ^                                           |
///                                  └────────────── effect results ─────────────┘
/// ```
///
/// Invariant: an actor works on one event at a time, from the row as committed; between the
/// decision and the end of its commit nothing else is decided. An actor with nothing to hold on to
/// is forgotten; the next event loads it again, so every call works on a job that is only a row.
@NullMarked
package torpor.engine.actor;

import org.jspecify.annotations.NullMarked;
