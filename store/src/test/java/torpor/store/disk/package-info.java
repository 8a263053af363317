@NullMarked
package torpor.store.disk;

import org.jspecify.annotations.NullMarked;
