/// Machines by hand, with docker's verbs: `run`, `ps`, `logs`, `stop`, `standby`, `restore`, `fork`
/// and so on.
///
/// ```
///   run ─→ MachineOptions ─→ POST /v1/instances ─→ progress on stderr ─→ InstanceLog ─→ exit code
///   stop, standby, … ─→ ChangeInstance ─→ POST /v1/instances/NAME/… ─→ Settling
/// ```
///
/// A NAME is an instance's name, its id, or the beginning of an id that only one has: the daemon
/// tells them apart. A verb that takes several goes on with the others when one fails.
@NullMarked
package torpor.cli.instance;

import org.jspecify.annotations.NullMarked;
