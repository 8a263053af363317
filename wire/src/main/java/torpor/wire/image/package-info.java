/// Images as JSON, in the words of the public hypeman API.
@NullMarked
package torpor.wire.image;

import org.jspecify.annotations.NullMarked;
