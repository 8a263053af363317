@NullMarked
package torpor.store.codec;

import org.jspecify.annotations.NullMarked;
