/// `torpor job`: spawning jobs, looking at them, waking, signalling and ending them.
@NullMarked
package torpor.cli.job;

import org.jspecify.annotations.NullMarked;
