/// `/snapshots`: what instances can be restored and forked from; and when they are taken by the
/// clock, `/instances/{id}/snapshot-schedule`.
///
/// A snapshot belongs to its instance and has a number there; its id names both.
@NullMarked
package torpor.api.snapshot;

import org.jspecify.annotations.NullMarked;
