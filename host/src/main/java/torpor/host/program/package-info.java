/// The programs that this host has, found as a shell finds them.
///
/// Invariant: a folder of the search path that is not absolute is passed over, so that nothing is
/// ever run because of where the daemon was started.
@NullMarked
package torpor.host.program;

import org.jspecify.annotations.NullMarked;
