/// Networks of instances on a Linux host: namespaces, wires, TAPs, addresses, rules, and the
/// doorbell at published ports. The whole picture is in `docs/network.md`.
///
/// ```
/// address   the pool: slot → /30                         pure
/// names     what is ours, and how to tell                pure
/// rules     what the firewall is told                    pure
/// script    what is run: from a slot and a plan to text  pure
/// facts     what the host's files say                    pure
/// host      runs scripts, reads files, tries the host
/// door      sockets of the daemon at published ports
/// ```
///
/// Here it is put together: [LinuxNetworks] gives each slot a line to wait in, and [Slot] knows
/// what stands at one.
///
/// Invariant: every object of ours on the host has a name that begins with the data directory's
/// mark, or is inside of one that does; nothing else is ever changed, but for
/// `net.ipv4.ip_forward`, which is switched on.
@NullMarked
package torpor.network;

import org.jspecify.annotations.NullMarked;
