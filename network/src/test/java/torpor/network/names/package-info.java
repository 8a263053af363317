/// Names of what is ours.
@NullMarked
package torpor.network.names;

import org.jspecify.annotations.NullMarked;
