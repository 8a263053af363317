/// The desks at which requests arrive: they turn what callers and guests ask into events for the
/// mailboxes of jobs, and answer what needs no job's turn from the store.
@NullMarked
package torpor.engine.desk;

import org.jspecify.annotations.NullMarked;
