/// What the Linux kernel tells of processes, how it ends them, and how it lets one process read and
/// write another one's memory.
///
/// ```
/// ProcessStat      one line of /proc/<pid>/stat
/// ProcessIdentity  a process for good: number and start time
/// ExitWatch        one thread, one epoll, one pidfd per watched process, children or not
/// ProcessMemory    another process's memory, many pieces per system call
/// HostProcessor    what the guest's clock and instructions depend on: TSC rate, CPU flags
/// LinuxCalls       the few system calls behind it
/// ```
///
/// Invariant: nothing is signalled by number alone. A process is opened as a pidfd first, then its
/// start time is compared, then the signal goes through the pidfd.
@NullMarked
package torpor.runtime.qemu.host;

import org.jspecify.annotations.NullMarked;
