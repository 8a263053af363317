/// A store with no disk under it: every rule of the store port, in plain maps.
///
/// ```
/// MemoryTables      what is durable: rows, signals, tokens, snapshots, history; outlives its openers
///   ^
/// InMemoryJobStore  one daemon's way in, under one epoch; opening a newer one fences this one off
///
/// InMemoryInstanceStore, InMemoryVolumeStore   the same for instances and volumes
/// ```
///
/// Invariant: a transition changes all of its rows or none. The simulation wraps this store in one
/// that loses what was not yet durable; tests that need no such trouble use it as it is.
@NullMarked
package torpor.testkit.memory;

import org.jspecify.annotations.NullMarked;
