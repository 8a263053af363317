/// Machines in QEMU: with KVM where it works, with QEMU's own emulation where it does not.
@NullMarked
package torpor.runtime.qemu;

import org.jspecify.annotations.NullMarked;
