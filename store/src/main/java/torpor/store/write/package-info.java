/// The one way in: transitions queue up, a writer takes what is there and makes it durable with one
/// commit, then the callers hear of it.
///
/// ```
///  commit(transition)            writer thread                          caller's future
///    encode  ->  queue  ->  drain (at most 512)  ->  one transaction  ->  outcome each
///                           no waiting: while one     fence, rows,
///                           batch syncs, the next     changes, history
///                           collects itself
/// ```
///
/// On PostgreSQL, where every statement is a round trip, most batches are one statement
/// (`SingleStatement`); all others, and all on SQLite, are a transaction of several (`Batch`).
///
/// Invariants: a batch holds at most one transition of a job; nothing of a transition that was not
/// committed is visible; history numbers are given out in the writer, and readers see no number
/// before every smaller one has been settled.
@NullMarked
package torpor.store.write;

import org.jspecify.annotations.NullMarked;
