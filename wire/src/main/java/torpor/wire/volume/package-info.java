/// Volumes as JSON, in the words of the public hypeman API; what goes beyond it is resizing,
/// snapshots, and what a volume is made of.
@NullMarked
package torpor.wire.volume;

import org.jspecify.annotations.NullMarked;
