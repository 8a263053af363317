/// Keeps background work going.
///
/// A task that fails is tried again after a growing wait; one that fails too often in too short a
/// time is given up and whoever depends on it is told. A task's failure never reaches another task.
@NullMarked
package torpor.engine.supervision;

import org.jspecify.annotations.NullMarked;
