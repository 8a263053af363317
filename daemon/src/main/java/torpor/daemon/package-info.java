/// The program: one command line, and behind `serve` the daemon.
///
/// [torpor.daemon.Daemon] is the only place that knows every part. It is read top to bottom: what
/// is opened first is needed by what comes after, and closed last.
@NullMarked
package torpor.daemon;

import org.jspecify.annotations.NullMarked;
