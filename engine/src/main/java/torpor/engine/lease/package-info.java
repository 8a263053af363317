/// The right to run this node's machines, and giving it up in time.
///
/// ```
/// asked ──────────────── length ────────────────> another daemon may take the node
///   └──── length less margin ────> [LeaseKeeper]: the lease is not ours any more by our own clock
///            every success begins anew              └─ machines are ended before anybody else has them
/// ```
///
/// Invariant: a machine runs only while [LeaseKeeper#current] names the tenure it began in. Writes
/// of a daemon that has lost its node are refused by the store; this is for what runs without
/// writing.
@NullMarked
package torpor.engine.lease;

import org.jspecify.annotations.NullMarked;
