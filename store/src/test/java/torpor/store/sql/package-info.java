@NullMarked
package torpor.store.sql;

import org.jspecify.annotations.NullMarked;
