/// A machine's writable disk: a chain of files of which only the last is written.
///
/// ```
///   blank (raw, formatted once per size, shared by all)
///     └─ disk-1.qcow2   frozen with snapshot 1
///          └─ disk-2.qcow2   frozen with snapshot 2
///               └─ disk-3.qcow2   being written
/// ```
///
/// Freezing is putting an empty file on top, whatever the disk's size. The files do not name each
/// other; the chain is told to QEMU each time, so that a file may be hard-linked anywhere.
///
/// Invariant: a file that a snapshot names is never written again.
@NullMarked
package torpor.runtime.qemu.disk;

import org.jspecify.annotations.NullMarked;
