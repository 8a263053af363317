/// Machines driven by hand: one lane of turns per instance, the same loop as for jobs.
///
/// ```
///  Instances (callers) ──┐                                  ┌─> InstanceEffects ──> ports
///  effects' outcomes ────┼─> InstanceActors: decide, commit ┤
///  timers, recovery ─────┘      (OperationRules, core)      └─> InstanceWatch, feed, timers
/// ```
///
/// Schedules of snapshots are part of the rows and their timers; [ScheduledSnapshots] deletes what
/// they do not keep, and [SnapshotDrill] tries snapshots out.
///
/// [Reservations] is how much of the host is given away: what begins takes its room there first, in
/// one step with looking whether there is any.
///
/// All instances of the node are in memory, as last committed: a node has thousands, and lists,
/// names, addresses and timers need no second look. What is not durable is never seen.
@NullMarked
package torpor.engine.instance;

import org.jspecify.annotations.NullMarked;
