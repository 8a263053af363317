/// Tests of what machines need of this host.
@NullMarked
package torpor.daemon.machine;

import org.jspecify.annotations.NullMarked;
