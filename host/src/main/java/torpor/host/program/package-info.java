/// The programs that this host has, found as a shell finds them, and run to their end.
///
/// ```
/// Executables   where a program is
/// HostProgram   runs one: a deadline, bounded output, nothing left of it
/// Session       the processes that a program has begun
/// Kept          the beginning or the end of what it says
/// ```
///
/// Invariants: a folder of the search path that is not absolute is passed over, so that nothing is
/// ever run because of where the daemon was started. No program outlives its run, or the daemon.
@NullMarked
package torpor.host.program;

import org.jspecify.annotations.NullMarked;
