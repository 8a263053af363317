/// SHA-256, by which everything here is identified and checked.
@NullMarked
package torpor.images.digest;

import org.jspecify.annotations.NullMarked;
