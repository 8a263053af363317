/// Real time and real chance.
@NullMarked
package torpor.daemon.clock;

import org.jspecify.annotations.NullMarked;
