/// The whole engine in one thread: a fake clock, a store and a disk that lose what was not durable,
/// runtimes full of small programs, callers, crashes; and a ledger that knows what was promised.
///
/// ```
///            SimWorld: one seed, one run
///   callers ──┐        ┌───────────── daemon (a Life, an epoch) ─────────────┐
///             ├─ calls ─> torpor.engine.Engine ─> SimStore, SimDisk, SimRuntime
///   guests ───┘        └──────────────────────────────────────────────────────┘
///                          crash: the Life ends │ tables, disk tree, machines outside it stay
///
///   SimScheduler   ready work in random order, then the next alarm: time is what happens next
///   Ledger         told of every durable write, every answer and every machine; names the promise
///                  that is broken, at the step that breaks it
/// ```
///
/// Invariant: everything random is drawn from the run's one seed and nothing reads the world
/// outside, so a seed replays to the same trace, in this JVM and in the next.
@NullMarked
package torpor.testkit.sim;

import org.jspecify.annotations.NullMarked;
