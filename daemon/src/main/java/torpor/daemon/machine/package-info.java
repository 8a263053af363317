/// What virtual machines need of this host, opened together: images, the network, QEMU and the
/// kernel they boot.
@NullMarked
package torpor.daemon.machine;

import org.jspecify.annotations.NullMarked;
