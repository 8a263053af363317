/// Machines: put together, running, frozen, taken apart.
///
/// ```
///  Blueprint ─→ Assembly ─→ Machine (a QEMU, its guest, its disk's chain, its console)
///                  ^            │ Freezer
///                  │            v
///              snapshot or template <── TemplateMaking
/// ```
///
/// [Assembly] makes machines that stay, [TemplateMaking] and [Rehearsing] such as go again; what
/// they have in common is [MachineBuilder]. A snapshot is checked while its QEMU starts
/// ([Checking]).
///
/// The methods wait, each with a deadline, and are called from one thread at a time per machine;
/// only ending a machine may come from anywhere at any time.
///
/// Invariant: a machine goes on only with a top layer on its disk that no snapshot names.
@NullMarked
package torpor.runtime.qemu.machine;

import org.jspecify.annotations.NullMarked;
