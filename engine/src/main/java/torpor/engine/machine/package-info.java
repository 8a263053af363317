/// The port to the runtimes. A runtime runs machines, freezes and restores them; it never decides.
@NullMarked
package torpor.engine.machine;

import org.jspecify.annotations.NullMarked;
