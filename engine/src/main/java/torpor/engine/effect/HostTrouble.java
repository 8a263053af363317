package torpor.engine.effect;

import torpor.core.refusal.RefusalCode;
import torpor.engine.disk.DiskFailure;
import torpor.engine.machine.MachineFailure;
import torpor.engine.store.StoreFailure;

/// Tells what is the host's fault, and may pass, from what is the job's.
final class HostTrouble {
  private HostTrouble() {}

  static boolean is(Throwable cause) {
    return switch (cause) {
      case StoreFailure _ -> true;
      case LeaseRanOutException lease -> !lease.begun();
      case DiskFailure disk -> disk.noSpace();
      case MachineFailure machine ->
          machine.kind() == MachineFailure.Kind.NO_SPACE
              || machine.kind() == MachineFailure.Kind.SILENT
              || machine.refusal().code() == RefusalCode.NO_CAPACITY;
      default -> false;
    };
  }
}
