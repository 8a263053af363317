/// Frozen machines. A snapshot is immutable, numbered per job from 1, and counts only once the
/// commit that names it is durable.
@NullMarked
package torpor.core.snapshot;

import org.jspecify.annotations.NullMarked;
