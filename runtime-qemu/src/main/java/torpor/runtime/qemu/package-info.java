/// Machines in QEMU: with KVM where it works, with QEMU's own emulation where it does not.
///
/// ```
///  QemuRuntime (jobs)  QemuMachines (by hand)
///        └───────┬───────────┘
///              Fleet     who runs, who is being born; ends, sweeps. Adoptions: who ran before;
///                │       Remains: what is left of anyone in the host
///                │
///              Births    image, best template or none, or a snapshot
///                │
///   machine      put together, running, frozen        boot        kernel, configuration, templates
///   agent        the conversation with the guest      console     the workload's output
///   snapshot     a frozen machine on disk             memory      its RAM: a base and layers
///   disk         its writable disk: a chain           vmm, qmp    the process and its monitor
///   host         what the Linux kernel is asked       definition  what a definition says
///   upkeep       snapshots packed and merged when they are cold or many
///   volume       the files of volumes                 cgroup      what a process may take
///   session      what is done inside besides the workload
/// ```
///
/// [Rehearsals] tries snapshots out beside all that, one at a time.
///
/// The RAM of every machine is a private copy of a file that is never written again: of zeros, of a
/// template, or of a snapshot's base. What a machine has made of it is found in the host's page
/// tables. So a snapshot costs what has changed, a restore maps most and copies little, and forks
/// share what none of them has touched.
@NullMarked
package torpor.runtime.qemu;

import org.jspecify.annotations.NullMarked;
