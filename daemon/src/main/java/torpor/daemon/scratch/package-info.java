/// Temporary directories of commands, deleted whole when their command ends.
@NullMarked
package torpor.daemon.scratch;

import org.jspecify.annotations.NullMarked;
