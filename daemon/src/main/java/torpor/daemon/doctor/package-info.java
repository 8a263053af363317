/// What `torpor doctor` looks at: whether a daemon could run here, what each runtime can do, and
/// what machines need of the host.
///
/// Invariant: looking changes nothing that stays. A probe file and what the network is tried with
/// are taken away again; no machine is started. [torpor.daemon.doctor.fix] is what changes things.
@NullMarked
package torpor.daemon.doctor;

import org.jspecify.annotations.NullMarked;
