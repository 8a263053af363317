/// The promises, kept by the real daemon: a process that is started, spoken to over HTTP, killed
/// with `kill -9` and started again.
///
/// ```
///  test ──→ Client ──HTTP──→ RunningDaemon (a process) ──→ jobs: guests in it, programs beside it
///    │                            ↑ kill -9, restart
///    └──→ History, LeakAudit: what every job and every disk must look like afterwards
/// ```
///
/// Invariant: these tests know the public API, the disk and `/proc`, and nothing of the inside.
@NullMarked
package torpor.daemon.e2e;

import org.jspecify.annotations.NullMarked;
