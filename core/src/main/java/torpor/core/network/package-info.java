/// Addresses and published ports, as values. Which instance has which slot is decided by one commit
/// in the store, with a unique constraint; everything else about a slot follows from its number.
@NullMarked
package torpor.core.network;

import org.jspecify.annotations.NullMarked;
