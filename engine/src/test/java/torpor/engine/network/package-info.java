/// Slots of instances and of jobs' machines, and what a daemon's death at any step leaves of them.
@NullMarked
package torpor.engine.network;

import org.jspecify.annotations.NullMarked;
