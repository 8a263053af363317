/// Addresses and the pool, by example and by property.
@NullMarked
package torpor.network.address;

import org.jspecify.annotations.NullMarked;
