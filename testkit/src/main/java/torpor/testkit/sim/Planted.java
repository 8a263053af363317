package torpor.testkit.sim;

import java.time.InstantSource;
import torpor.engine.disk.InstanceDirectories;
import torpor.engine.lease.Lease;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.store.JobStore;

/// A fault planted between the engine and its ports, to see that a run finds it. One object per
/// run; each wrapper is made anew for each daemon, as memory is.
public interface Planted {
  Planted NOTHING = new Planted() {};

  default JobStore store(JobStore store) {
    return store;
  }

  default InstanceDirectories directories(InstanceDirectories directories) {
    return directories;
  }

  default MachineRuntime runtime(MachineRuntime runtime) {
    return runtime;
  }

  default Lease lease(Lease lease) {
    return lease;
  }

  default InstantSource clock(InstantSource clock) {
    return clock;
  }

  /// Whether the store takes writes of daemons that no longer own the node.
  default boolean forgetsFencing() {
    return false;
  }
}
