/// Network namespaces, TAPs, outside addresses and published ports on a Linux host.
@NullMarked
package torpor.network;

import org.jspecify.annotations.NullMarked;
