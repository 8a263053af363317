package torpor.runtime.wasm;

import java.io.IOException;
import torpor.core.job.JobId;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.disk.FullDisk;
import torpor.engine.machine.MachineFailure;
import torpor.runtime.wasm.guest.ModuleRefusedException;
import torpor.runtime.wasm.memory.OutOfBudgetException;
import torpor.runtime.wasm.snapshot.SnapshotException;

/// What this runtime's futures fail with.
final class Failures {
  private static final String MEMORY_SETTING = "wasm.memory";

  private Failures() {}

  /// Why there is no machine.
  ///
  /// @param otherwise what is at fault where the cause does not tell
  static MachineFailure notMade(JobId job, Exception cause, MachineFailure.Kind otherwise) {
    String detail = "%s: %s".formatted(job, cause.getMessage());
    return switch (cause) {
      case MachineFailure known -> known;
      case ModuleRefusedException refused ->
          failure(
              MachineFailure.Kind.IMAGE,
              Refusal.of(RefusalCode.IMAGE_INVALID, detail, refused.remedy()),
              cause);
      case SnapshotException broken ->
          failure(
              MachineFailure.Kind.SNAPSHOT,
              Refusal.of(
                  codeOf(broken.problem()),
                  detail,
                  "Restore another snapshot by name, or retry the job from its start."),
              cause);
      case OutOfBudgetException never when !never.mayFitLater() -> tooBig(job, never, otherwise);
      case OutOfBudgetException _ ->
          failure(
              MachineFailure.Kind.OTHER,
              Refusal.of(
                  RefusalCode.NO_CAPACITY,
                  detail,
                  "Wait until other jobs end or sleep, or give the daemon more heap."),
              cause);
      case IOException disk -> ofDisk(detail, disk);
      default ->
          failure(
              otherwise,
              Refusal.of(RefusalCode.INTERNAL, detail, "Report this with the daemon's log."),
              cause);
    };
  }

  /// Waiting would not help, so this is the fault of what was to be made.
  private static MachineFailure tooBig(
      JobId job, OutOfBudgetException cause, MachineFailure.Kind kind) {
    return failure(
        kind,
        Refusal.ofField(
            kind == MachineFailure.Kind.SNAPSHOT
                ? RefusalCode.SNAPSHOT_INCOMPATIBLE
                : RefusalCode.IMAGE_INVALID,
            MEMORY_SETTING,
            "%s needs %d bytes of linear memory, more than the %d that %s allows all guests together"
                .formatted(job, cause.wantedBytes(), cause.capacityBytes(), MEMORY_SETTING),
            "Raise %s, or link the module with a smaller --initial-memory."
                .formatted(MEMORY_SETTING)),
        cause);
  }

  private static RefusalCode codeOf(SnapshotException.Problem problem) {
    return problem == SnapshotException.Problem.INCOMPLETE
        ? RefusalCode.SNAPSHOT_NOT_FOUND
        : RefusalCode.SNAPSHOT_INCOMPATIBLE;
  }

  private static MachineFailure ofDisk(String detail, IOException cause) {
    boolean full = FullDisk.isCauseOf(cause);
    return failure(
        full ? MachineFailure.Kind.NO_SPACE : MachineFailure.Kind.OTHER,
        Refusal.of(
            full ? RefusalCode.NO_SPACE : RefusalCode.INTERNAL,
            detail,
            "Look at the disk under the data directory and at the job's mounts."),
        cause);
  }

  private static MachineFailure failure(
      MachineFailure.Kind kind, Refusal refusal, Exception cause) {
    return new MachineFailure(kind, refusal, false, cause);
  }

  /// A kill came before the machine was there.
  static MachineFailure killed(JobId job) {
    return new MachineFailure(
        MachineFailure.Kind.OTHER,
        Refusal.of(
            RefusalCode.JOB_NOT_RUNNING,
            "%s was killed while its machine was being made".formatted(job),
            "Nothing is left of it."));
  }

  /// There is nothing to freeze.
  static MachineFailure noMachine(JobId job) {
    String detail = "there is no machine of %s".formatted(job);
    return new MachineFailure(
        MachineFailure.Kind.OTHER,
        Refusal.of(RefusalCode.JOB_NOT_RUNNING, detail, "Repeat the call with the same token."),
        true,
        new IllegalStateException(detail));
  }
}
