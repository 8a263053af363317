/// The daemon itself: its runtimes, whether it is well, its figures, and the description of this
/// API.
@NullMarked
package torpor.api.node;

import org.jspecify.annotations.NullMarked;
