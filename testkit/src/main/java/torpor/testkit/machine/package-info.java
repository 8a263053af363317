/// What every runtime must do, as one suite that each runtime's tests extend.
///
/// ```
/// MachineRuntimeContract     the suite; its abstract methods supply the runtime and its programs
///   ├─ Endings               a listener that keeps what it was told
///   ├─ Answers               waits for futures, with a deadline
///   └─ AskingGuest           guest calls that note a checkpoint being asked for and never answer it
/// ```
///
/// Opening a runtime on a data directory after closing it stands for the next daemon.
@NullMarked
package torpor.testkit.machine;

import org.jspecify.annotations.NullMarked;
