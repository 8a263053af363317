/// The contract over both databases, and what only one of them can be asked.
@NullMarked
package torpor.store;

import org.jspecify.annotations.NullMarked;
