/// `torpor snapshot`: memory and disks of machines, kept.
@NullMarked
package torpor.cli.snapshot;

import org.jspecify.annotations.NullMarked;
