/// What the doctor finds, on directories made up for it.
@NullMarked
package torpor.daemon.doctor;

import org.jspecify.annotations.NullMarked;
