@NullMarked
package torpor.store.write;

import org.jspecify.annotations.NullMarked;
