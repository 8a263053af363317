/// `torpor volume`: disks that outlive machines. `torpor run -v` gives a new machine one.
@NullMarked
package torpor.cli.volume;

import org.jspecify.annotations.NullMarked;
