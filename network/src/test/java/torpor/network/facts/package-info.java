/// What the host says, as it says it.
@NullMarked
package torpor.network.facts;

import org.jspecify.annotations.NullMarked;
