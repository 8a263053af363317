/// Doors, on loopback.
@NullMarked
package torpor.network.door;

import org.jspecify.annotations.NullMarked;
