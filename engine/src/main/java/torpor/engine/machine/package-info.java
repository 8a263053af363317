/// The port to the runtimes. A runtime runs machines, freezes and restores them; it never decides.
///
/// Two stand in where there is none to ask: [UnavailableRuntime] where this host lacks what the
/// runtime needs, [SilentRuntime] before one that did not answer when the daemon started.
@NullMarked
package torpor.engine.machine;

import org.jspecify.annotations.NullMarked;
