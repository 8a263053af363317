@NullMarked
package torpor.api.volume;

import org.jspecify.annotations.NullMarked;
