/// The workload's output, on its way from the guest to the console file.
///
/// Both streams have absolute offsets from the program's start. The file holds every byte once for
/// each time that it was printed: standby and restore leave no gap and no repetition; where a
/// machine goes back to an older snapshot, a line says that what follows may be there already.
@NullMarked
package torpor.runtime.qemu.console;

import org.jspecify.annotations.NullMarked;
