/// What a new daemon does about what its predecessor left.
@NullMarked
package torpor.engine.recovery;

import org.jspecify.annotations.NullMarked;
