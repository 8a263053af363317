/// Time. Only the timers of the next minute are in memory; the rest is an index in the store.
///
/// A timer is never trusted: when one fires the job is asked whether it is due, so a stale or
/// doubled timer changes nothing and none has to be removed when a state changes.
@NullMarked
package torpor.engine.timer;

import org.jspecify.annotations.NullMarked;
