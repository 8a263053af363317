/// The commands that need the daemon's own code: `serve`, `config`, `doctor` and `demo`.
///
/// Invariant: a command that cannot start says what, why and what to do, and leaves nothing behind.
@NullMarked
package torpor.daemon.command;

import org.jspecify.annotations.NullMarked;
