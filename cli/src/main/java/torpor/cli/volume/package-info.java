/// `torpor volume`: disks that outlive machines. The daemon decides what of it there is.
@NullMarked
package torpor.cli.volume;

import org.jspecify.annotations.NullMarked;
