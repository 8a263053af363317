package torpor.runtime.process;

import java.io.IOException;
import torpor.core.job.JobId;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.disk.FullDisk;
import torpor.engine.machine.MachineFailure;

/// What this runtime's futures fail with.
final class Failures {
  private Failures() {}

  /// Wraps whatever went wrong.
  static MachineFailure of(String attempted, Exception cause) {
    return switch (cause) {
      case MachineFailure failure -> failure;
      case IOException full when FullDisk.isCauseOf(full) -> noSpace(attempted, full);
      case InterruptedException _ -> stopping(attempted);
      default ->
          new MachineFailure(
              MachineFailure.Kind.OTHER,
              Refusal.of(
                  RefusalCode.INTERNAL,
                  "Could not " + attempted + ": " + cause.getMessage(),
                  "Look into the daemon's log; the host may be short of processes or files."),
              false,
              cause);
    };
  }

  static MachineFailure image(Refusal refusal) {
    return new MachineFailure(MachineFailure.Kind.IMAGE, refusal);
  }

  static MachineFailure stopping(String attempted) {
    return new MachineFailure(
        MachineFailure.Kind.OTHER,
        Refusal.of(
            RefusalCode.STOPPING,
            "Could not " + attempted + ": the daemon is stopping.",
            "Ask again when it is back."));
  }

  static MachineFailure noCheckpoint(JobId job) {
    return new MachineFailure(
        MachineFailure.Kind.OTHER,
        Refusal.of(
            RefusalCode.CHECKPOINT_UNSUPPORTED,
            job + " runs under the process runtime, which cannot checkpoint.",
            "Run it under a runtime that can, such as wasm; torpor doctor lists them."));
  }

  private static MachineFailure noSpace(String attempted, IOException cause) {
    return new MachineFailure(
        MachineFailure.Kind.NO_SPACE,
        Refusal.of(
            RefusalCode.NO_SPACE,
            "Could not " + attempted + ": the disk is full.",
            "Free some space and try again."),
        false,
        cause);
  }
}
