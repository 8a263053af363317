/// What is fixed, by whom, and that nothing else is: with commands that only note what they are
/// asked.
@NullMarked
package torpor.daemon.doctor.fix;

import org.jspecify.annotations.NullMarked;
