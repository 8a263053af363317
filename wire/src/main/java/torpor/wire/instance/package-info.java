/// Machines that are driven by hand, and their snapshots, as JSON. Paths, fields, enums and sizes
/// are those of the public hypeman API, whose client works with this one; what Torpor says besides
/// is in fields of its own.
@NullMarked
package torpor.wire.instance;

import org.jspecify.annotations.NullMarked;
