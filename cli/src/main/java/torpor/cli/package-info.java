/// The `torpor` command: what people type, turned into requests, and answers into tables.
///
/// ```
///   arguments → picocli → a command → Connection ── HTTP, TCP or Unix socket → daemon
///                             |
///              stdout: data   |   stderr: progress, and errors as what / why / do
/// ```
///
/// Each noun has its package (`definition`, `job`, `event`, `key`, `snapshot`, `image`, `volume`,
/// `host`); the verbs for machines are in `instance`, and in `session` and `copy` where they reach
/// inside one. Commands that need the daemon's own code, such as `serve`, are registered from
/// outside: nothing here knows the daemon.
///
/// Invariant: only data goes to stdout, so every command can stand in a pipe.
@NullMarked
package torpor.cli;

import org.jspecify.annotations.NullMarked;
