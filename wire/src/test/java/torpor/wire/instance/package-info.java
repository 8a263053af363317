@NullMarked
package torpor.wire.instance;

import org.jspecify.annotations.NullMarked;
