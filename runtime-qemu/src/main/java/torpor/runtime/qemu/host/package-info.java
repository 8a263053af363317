/// What of this host's processor a guest comes to depend on: the rate of its clock and the
/// instructions it has. A machine's memory is worth nothing where either is missing. And where a
/// file of this host has holes.
@NullMarked
package torpor.runtime.qemu.host;

import org.jspecify.annotations.NullMarked;
