/// What goes on inside a running machine besides its own program: `exec`.
///
/// ```
///   stdin ──────→┐                         ┌→ program
///                Channel, one WebSocket ───┤
///   stdout ←──── 1 │ a byte before each    └← program
///   stderr ←──── 2 │ piece tells which
/// ```
///
/// A program is kept where its connection breaks ([KeptProgram]): it is taken up again where it
/// was, after a restart of the daemon, a standby, or a walk to another network ([Reunion]). What
/// the machine has not taken of its input stays here ([UntakenInput]), what is here of its output
/// is acknowledged.
///
/// Invariant: of input and output nothing is lost and nothing comes twice, or it is said.
@NullMarked
package torpor.cli.session;

import org.jspecify.annotations.NullMarked;
