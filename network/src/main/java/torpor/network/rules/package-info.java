/// What the firewall is told, as text for `nft -f`. Pure: the same input gives the same text, and
/// every text replaces what it is about in one transaction.
///
/// Two rulesets work together. The *host's* has one table per data directory, and its rules do not
/// grow with the number of instances: a packet that is not ours passes one comparison. What differs
/// from instance to instance is in the *instance's namespace*, where it costs nobody else anything
/// and vanishes with it; the guest, behind its TAP, cannot reach it.
///
/// ```
///            namespace torpor-<mark>-5                      host, table torpor_<mark>
///  guest ──tap0 ─ from_guest: own address only,      ─eth0──tp<mark>-5 ─ raw: own address only
///              no link-local, outbound?                     input: nothing reaches the host
///        ◄─tap0 ─ to_guest: host, network, outside ◄──      forward: only what a published port
///                                                           leads here, or is between members
///                                                           ports_…: host port → outside:port
/// ```
@NullMarked
package torpor.network.rules;

import org.jspecify.annotations.NullMarked;
