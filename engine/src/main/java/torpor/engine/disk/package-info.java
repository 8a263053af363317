/// The port to what lies on disk beside the store: instance directories with their snapshots and
/// console logs.
@NullMarked
package torpor.engine.disk;

import org.jspecify.annotations.NullMarked;
