/// Talks to a QEMU: one line of JSON per command, answer or event, over a Unix socket.
///
/// ```
///  execute ─→ {"execute":…,"id":n} ─→ QEMU
///  answer  ←─ {"return":…,"id":n}  ←─┐
///  event   ←─ {"event":"STOP",…}   ←─┴─ one reader per connection
/// ```
///
/// Invariant: every command is answered or failed, once, and at the latest by its deadline; when
/// the connection ends, everything that is open fails.
@NullMarked
package torpor.runtime.qemu.qmp;

import org.jspecify.annotations.NullMarked;
