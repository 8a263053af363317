/// How fast machines come, stop and come back, and what they take up, beside what could be done by
/// hand.
///
/// ```
/// MachineHost ──> what this host lacks, the guest's kernel
/// GuestImage  ──> ticker: a tick on the serial console every 2 ms, answers on a port
/// PythonImage ──> the host's Python with much in its memory
/// Farm        ──> a daemon with machines, spoken to through its API
///   Restores      API : HandRestore : PlainIncoming, all to the first tick
///   Creates       cold, from a template, and a restore
///   Snapshots     Pauses: silence by how much is dirty; StoredBytes: raw, packed
///   Forks         five at once; the memory of twenty
/// ```
///
/// `HandRestore` is a script: it knows beforehand which page goes where, which file is which disk
/// and what to tell the guest, and has nobody to answer to. It starts the same QEMU with the same
/// arguments on the same files, and repairs entropy and clock before it lets the guest go on.
///
/// Invariant: both sides are seen by the same eye, a reader of the file that the guest's serial
/// console is written to; while they are timed, the floors use none of the code that is measured
/// but the binding of one system call, `process_vm_writev`.
@NullMarked
package torpor.bench.machines;

import org.jspecify.annotations.NullMarked;
