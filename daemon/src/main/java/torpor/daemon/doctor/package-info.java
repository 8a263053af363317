/// What `torpor doctor` looks at: whether a daemon could run here, and what each runtime can do.
///
/// Invariant: looking changes nothing, but for a probe file that is deleted again.
@NullMarked
package torpor.daemon.doctor;

import org.jspecify.annotations.NullMarked;
