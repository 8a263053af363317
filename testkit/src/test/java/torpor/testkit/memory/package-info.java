/// The store without a disk keeps what the port promises.
@NullMarked
package torpor.testkit.memory;

import org.jspecify.annotations.NullMarked;
