/// `/logs`: what a program has written, from its console file, as text or as events. The same for a
/// job and for a hand-driven instance, which has a [ConsoleLife] of its own.
///
/// Following waits for two things and looks at nothing in between: the file system says that the
/// file has grown ([ConsoleWatch]), or the writer's life says that it has gone on or ended.
///
/// ```
///   inotify ──→ ConsoleWatch ──┐
///                              ├─→ Bell ─→ ConsoleFollower ─→ ConsoleSink (text | events)
///   ConsoleLife ───────────────┘                 ↑
///                                          ConsoleFile, from a byte offset
/// ```
///
/// The byte offset behind a line is its event's id, so a broken stream goes on where it broke.
@NullMarked
package torpor.api.console;

import org.jspecify.annotations.NullMarked;
