/// One thing at a time without a lock or a thread of its own.
@NullMarked
package torpor.engine.serial;

import org.jspecify.annotations.NullMarked;
