/// Real networks on this host: two data directories' worth, guests with their own kernel state, and
/// another host. Skipped, aloud, where the host cannot.
@NullMarked
package torpor.network;

import org.jspecify.annotations.NullMarked;
