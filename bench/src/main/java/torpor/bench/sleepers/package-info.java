/// What a million sleeping jobs cost while they sleep, and how fast they get up.
///
/// ```
/// Sleepers: a store with many rows asleep, due over the next day
///   DuePolls      asks for what is due, when nothing is       many : few
///   Heap          what a running engine holds                 many - few
///   Wakes         500 a second: from due to durably claimed
///   MassWake      100,000 at once                             engine : batches of the same rows
/// ```
///
/// Invariant: the rows are the store's own, as its codec writes them.
@NullMarked
package torpor.bench.sleepers;

import org.jspecify.annotations.NullMarked;
