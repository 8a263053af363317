/// One QEMU process: how it is started, recognised, spoken to and ended.
///
/// ```
///  Launch ─→ CommandLine (pure) ─→ Launcher ─→ Vmm: process + monitor
///                                     │
///                          -name torpor-<data directory>-<machine>-<generation>
///                                     │
///                    Census ─→ finds the same processes again in /proc, by that name
/// ```
///
/// QEMU dials the first monitor connection to us, so that nobody polls for its socket; a second
/// monitor listens for a later daemon. By the time the monitor greets, every other socket of the
/// machine listens too.
///
/// Invariant: only a process whose command line carries the mark of this data directory, and whose
/// start time is the one recorded, is ever signalled.
@NullMarked
package torpor.runtime.qemu.vmm;

import org.jspecify.annotations.NullMarked;
