/// What runs a job, seen from outside: generation, handle, how it ended.
@NullMarked
package torpor.core.machine;

import org.jspecify.annotations.NullMarked;
