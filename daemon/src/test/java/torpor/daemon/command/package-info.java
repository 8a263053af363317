/// Tests of `torpor.daemon.command`.
@NullMarked
package torpor.daemon.command;

import org.jspecify.annotations.NullMarked;
