/// Frozen machines. A snapshot is immutable, numbered per job or instance from 1, and counts only
/// once the commit that names it is durable. [SnapshotCheck] is whether it was tried since.
@NullMarked
package torpor.core.snapshot;

import org.jspecify.annotations.NullMarked;
