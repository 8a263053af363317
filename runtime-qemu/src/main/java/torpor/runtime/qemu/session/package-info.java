/// What is done inside a machine besides its own program: programs run by hand, files copied in and
/// out, a look at a path.
///
/// ```
///  exec     ──→ MachineSessions ──→ GuestProcess ──→ ExecSession
///  keep, attach ─→     │ ──→ KeptProcess ──→ KeptExec
///  copyIn   ──→       │                  ↑ entries     TreeWriting
///  copyOut  ──→       │                  ↓ entries     TreeReading ──→ EntryReader
///  stats    ──→ HostUsage  /proc of the machine's process
/// ```
///
/// A program is held up by whoever takes its output, and its input by the program: at no time is
/// more of a stream in memory than the guest's window. A session ends with its machine's life, so
/// also at a standby: whoever waits for its exit hears that it was lost. The program itself is part
/// of the machine's memory and goes on after a restore, unheard.
///
/// One that is kept ([KeptExec]) is taken up again then, by its name: the guest knows it by a
/// number that is made of that, and holds what its caller has not acknowledged. The host remembers
/// nothing.
///
/// The guest is not trusted. [EntryReader] lets nothing pass that says it lies outside of what was
/// asked for, or beneath a link.
@NullMarked
package torpor.runtime.qemu.session;

import org.jspecify.annotations.NullMarked;
