/// Snapshots that are taken by the clock, and how long they are kept.
///
/// ```
///  SnapshotPlan (asked for) ─→ SnapshotSchedule (the row) ── next run is due ─→ a snapshot, or why none
///                                      ^                                              │
///                                      └── one commit: the run, and the next one ─────┘
///                              Retention: which of the schedule's own snapshots are to go
/// ```
///
/// Invariant: a due time has at most one run, since the commit that begins it also moves the next.
@NullMarked
package torpor.core.instance.schedule;

import org.jspecify.annotations.NullMarked;
