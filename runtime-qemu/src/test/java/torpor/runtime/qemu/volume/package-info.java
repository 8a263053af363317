/// Tests of how the files of volumes are made.
@NullMarked
package torpor.runtime.qemu.volume;

import org.jspecify.annotations.NullMarked;
