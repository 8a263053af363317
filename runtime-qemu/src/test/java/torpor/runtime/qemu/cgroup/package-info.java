/// Tests of what the kernel lets a process take.
@NullMarked
package torpor.runtime.qemu.cgroup;

import org.jspecify.annotations.NullMarked;
