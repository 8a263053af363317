/// The doors of instances: sockets of the daemon at the published ports of the host.
///
/// A door is open for as long as its port is published. **The door always listens; the firewall
/// decides** whether anybody reaches it:
///
/// ```
///            running: the map has the port          asleep: the map has not
///  client ──→ dnat ──→ instance                 client ──→ door: accept, ring, … relay ──→ instance
///              (door sees nothing)
/// ```
///
/// So a first packet finds one of the two at every moment, and which one is one transaction of the
/// kernel:
///
/// - *Going to sleep.* The port leaves the map. A connection whose first packet came before is in
///   the kernel's table and goes on to the machine; the caller looks there after the change, and
///   again after the pause, and calls it off where it finds one. A connection whose first packet
///   came after is accepted by the door and waits. There is no third kind.
/// - *Waking.* The machine runs, then the port enters the map. A connection made before that is
///   relayed by the door to its end, also one that the kernel had finished and nobody had accepted
///   yet, since the door never closes. One made after goes to the machine.
///
/// The door itself has no such state: whoever reaches it is served, by asking for the instance to
/// be awake, which is no work where it is. Running machines do not depend on the daemon, except for
/// the relayed connections themselves, which end with it.
///
/// The door also keeps the port: what the firewall would silently take from another program of this
/// host is refused, since the port cannot be bound twice. For that reason UDP ports have one too,
/// which nobody reads; a datagram wakes nobody.
@NullMarked
package torpor.network.door;

import org.jspecify.annotations.NullMarked;
