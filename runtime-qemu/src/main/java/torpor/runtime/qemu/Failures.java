package torpor.runtime.qemu;

import java.io.IOException;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.machine.MachineFailure;
import torpor.runtime.qemu.agent.GuestException;
import torpor.runtime.qemu.snapshot.SnapshotDamagedException;

/// What this runtime's futures fail with.
final class Failures {
  private Failures() {}

  /// Wraps whatever went wrong.
  ///
  /// @param machineLost whether a machine that was running is not any more
  static MachineFailure of(String attempted, Throwable cause, boolean machineLost) {
    return switch (cause) {
      case MachineFailure failure -> failure;
      case SnapshotDamagedException damaged ->
          failure(
              MachineFailure.Kind.SNAPSHOT,
              RefusalCode.SNAPSHOT_INCOMPATIBLE,
              attempted,
              damaged,
              "Restore an older snapshot and delete this one, which is damaged.",
              machineLost);
      case GuestException guest when guest.code().equals("failed") ->
          failure(
              MachineFailure.Kind.IMAGE,
              RefusalCode.IMAGE_INVALID,
              attempted,
              guest,
              "Look at the definition's command, user, workdir and the image.",
              machineLost);
      case FileSystemException full when isFull(full.getReason()) ->
          noSpace(attempted, full, machineLost);
      case IOException full when isFull(full.getMessage()) -> noSpace(attempted, full, machineLost);
      case InterruptedException _ -> stopping(attempted);
      case IOException gone when machineLost ->
          failure(
              MachineFailure.Kind.OTHER,
              RefusalCode.INSTANCE_STATE,
              attempted,
              gone,
              "Its machine has ended: look at its log, and start or restore it.",
              true);
      default ->
          failure(
              MachineFailure.Kind.OTHER,
              RefusalCode.INTERNAL,
              attempted,
              cause,
              "Look into the daemon's log and the machine's vmm.log.",
              machineLost);
    };
  }

  private static MachineFailure failure(
      MachineFailure.Kind kind,
      RefusalCode code,
      String attempted,
      Throwable cause,
      String remedy,
      boolean machineLost) {
    String detail = "Could not " + attempted + ": " + cause.getMessage();
    return new MachineFailure(kind, Refusal.of(code, detail, remedy), machineLost, cause);
  }

  static MachineFailure stopping(String attempted) {
    return new MachineFailure(
        MachineFailure.Kind.OTHER,
        Refusal.of(
            RefusalCode.STOPPING,
            "Could not " + attempted + ": the daemon is stopping.",
            "Ask again when it is back."));
  }

  static MachineFailure cancelled(String attempted) {
    return new MachineFailure(
        MachineFailure.Kind.OTHER,
        Refusal.of(
            RefusalCode.INTERNAL,
            "Could not " + attempted + ": it was ended while it began.",
            "Start it again if it is still wanted."));
  }

  private static MachineFailure noSpace(String attempted, IOException cause, boolean machineLost) {
    return failure(
        MachineFailure.Kind.NO_SPACE,
        RefusalCode.NO_SPACE,
        attempted,
        cause,
        "Free some space and try again.",
        machineLost);
  }

  private static boolean isFull(@Nullable String reason) {
    return reason != null && reason.contains("No space left on device");
  }
}
