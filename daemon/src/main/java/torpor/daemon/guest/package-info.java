/// What programs are given to find and prove themselves to this daemon.
@NullMarked
package torpor.daemon.guest;

import org.jspecify.annotations.NullMarked;
