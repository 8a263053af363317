/// What a node has and can do as JSON, in the words of the public hypeman API.
@NullMarked
package torpor.wire.host;

import org.jspecify.annotations.NullMarked;
