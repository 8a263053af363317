/// What ends a sleep: wakers, the signals that may be one, and the wake that happened. A sleeping
/// job always has a waker; timer, signal and hand all lead to the same wake.
@NullMarked
package torpor.core.wake;

import org.jspecify.annotations.NullMarked;
