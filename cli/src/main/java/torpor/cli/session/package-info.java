/// What goes on inside a running machine besides its own program: `exec`, and `cp`, which is tar at
/// both ends.
///
/// ```
///   stdin ──────→┐                         ┌→ program
///                Channel, one WebSocket ───┤
///   stdout ←──── 1 │ a byte before each    └← program
///   stderr ←──── 2 │ piece tells which
/// ```
///
/// A program of `exec` is kept where its connection breaks ([KeptProgram]): it is taken up again
/// where it was, after a restart of the daemon, a standby, or a walk to another network
/// ([Reunion]). What the machine has not taken of its input stays here ([UntakenInput]), what is
/// here of its output is acknowledged.
///
/// Invariant: nothing that a machine sends is written anywhere but below the destination that was
/// named.
@NullMarked
package torpor.cli.session;

import org.jspecify.annotations.NullMarked;
