/// `torpor events`: the history of all jobs, and what happens now.
@NullMarked
package torpor.cli.event;

import org.jspecify.annotations.NullMarked;
