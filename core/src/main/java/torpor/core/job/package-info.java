/// The life of one durable run.
///
/// ```
///                    ┌───────────────── retry ────────────────┐
///                    v                                         │
/// Pending → Starting → Running ⇄ Checkpointing            PendingRetry
///                       │   │                                  ^
///                       │   └→ Suspending → Suspended → Restoring → Running
///                       │                                      │
///                       ├→ Exiting → Completed | PendingRetry | Failed
///                       └→ Terminating → Cancelled | Failed
/// ```
///
/// [JobRules#decide] is total over (state × event) and pure: the clock, the random draw and what
/// the store knows of a token come in as [JobFacts]. What it returns is the whole next job, the
/// rows to write with it, what to tell the history, and the effects to start once all that is
/// durable. The generated diagram in `docs/state-machines/job.md` shows every edge.
///
/// Invariants: at most one machine per job; a state in flight names what it waits for; a suspended
/// job has its waker; a failed one has its failure; the newest snapshot goes back only where a
/// person asks for it, with a row that says so.
@NullMarked
package torpor.core.job;

import org.jspecify.annotations.NullMarked;
