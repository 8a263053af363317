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
/// Invariant: nothing that a machine sends is written anywhere but below the destination that was
/// named.
@NullMarked
package torpor.cli.session;

import org.jspecify.annotations.NullMarked;
