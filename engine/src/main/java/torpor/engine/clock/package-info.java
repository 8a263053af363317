/// The port to time and chance, so that both can be simulated.
@NullMarked
package torpor.engine.clock;

import org.jspecify.annotations.NullMarked;
