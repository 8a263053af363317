/// IPv4 addresses and the pool they come from, as values. Pure.
///
/// A slot is a number; its subnet is the slot's place among the free /30s of the pool:
///
/// ```
///  pool 10.213.0.0/16, nothing reserved:  slot 5 = 10.213.0.20/30
///                                         host end .21 ──── .22 the instance's outside address
/// ```
@NullMarked
package torpor.network.address;

import org.jspecify.annotations.NullMarked;
