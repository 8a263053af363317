/// Definitions and the runtimes they name.
@NullMarked
package torpor.engine.definition;

import org.jspecify.annotations.NullMarked;
