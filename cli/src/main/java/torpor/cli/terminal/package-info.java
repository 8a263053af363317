/// The terminal that a command was typed on, where there is one.
///
/// ```
///   torpor exec -it ── LocalTerminal ── raw mode, size, SIGWINCH
///                          |
///                     SystemTerminal (stty, JLine)
/// ```
///
/// Invariant: who made it raw gives it back as it was, also when the command fails.
@NullMarked
package torpor.cli.terminal;

import org.jspecify.annotations.NullMarked;
