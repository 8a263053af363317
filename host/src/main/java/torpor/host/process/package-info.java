/// What the Linux kernel tells of processes, how it is told to end them, and how it lets one
/// process read and write another one's memory.
///
/// ```
/// ProcessStat      one line of /proc/<pid>/stat: who, whose child, which session, since when
/// ProcessIdentity  a process for good: its number and its start time, told apart from its successors
/// ExitWatch        one thread, one epoll, one pidfd per watched process, children or not
/// ProcessMemory    another process's memory, many pieces per system call
/// Signal           the signals that have a name
/// LinuxCalls       the few system calls behind it
/// ```
///
/// Nothing here knows of Torpor: no machine, no job, no data directory.
///
/// Invariant: nothing is signalled by number alone. A process is opened as a pidfd first, then its
/// start time is compared, then the signal goes through the pidfd, so that a number that has passed
/// to another process in between hits nobody.
@NullMarked
package torpor.host.process;

import org.jspecify.annotations.NullMarked;
