/// The port to the host's network. Each instance has a network namespace of its own, in which every
/// guest has the same inner address; the outside address, by which the host and others reach it, is
/// that of its slot.
///
/// ```
///  guest 10.0.0.2 ── tap0 10.0.0.1 ─[ namespace: nat ]─ veth slot.2 ── slot.1 host ── outbound NAT
/// ```
///
/// [Networks] puts an instance there and takes it away. [Doorbell] answers for it at its published
/// ports while it stands by, and knows whether anybody uses it. [JobNetworks] gives the machine of
/// a job a network for each of its lives.
///
/// Invariant: a slot has one tenant. [SlotLedger] knows all of them, those of the rows and those
/// that only the host knows.
@NullMarked
package torpor.engine.network;

import org.jspecify.annotations.NullMarked;
