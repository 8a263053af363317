/// One thing at a time without a lock or a thread of its own.
///
/// ```
/// Serial      tasks in order, on whatever thread is free
/// Lanes       one line of work per key; a piece begins when the one before has ended
/// LentThread  says that the current thread is about to do nothing but wait
/// ```
@NullMarked
package torpor.engine.serial;

import org.jspecify.annotations.NullMarked;
