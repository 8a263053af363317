package torpor.core.job;

import java.time.Instant;
import java.util.Optional;
import torpor.core.machine.MachineHandle;
import torpor.core.retry.Failure;
import torpor.core.retry.RetryFrom;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.wake.Waker;

/// Where a job is. Each state carries exactly what is known in it.
public sealed interface JobState {

  /// When this state was entered.
  Instant since();

  /// Waits for a free place on the node.
  record Pending(Instant since) implements JobState {}

  /// Its machine is being started.
  record Starting(Instant since) implements JobState {}

  /// @param restoredFrom the snapshot this life began with, if any
  record Running(MachineHandle machine, Optional<SnapshotNumber> restoredFrom, Instant since)
      implements JobState {}

  /// A snapshot is being taken, after which the same machine goes on.
  record Checkpointing(
      MachineHandle machine,
      Optional<SnapshotNumber> restoredFrom,
      Checkpoint checkpoint,
      Instant since)
      implements JobState {}

  /// A snapshot is being taken, after which the job sleeps. The checkpoint has a waker.
  record Suspending(
      MachineHandle machine,
      Optional<SnapshotNumber> restoredFrom,
      Checkpoint checkpoint,
      Instant since)
      implements JobState {}

  /// Sleeps; no machine, no memory.
  record Suspended(SnapshotRef snapshot, Waker waker, Instant since) implements JobState {}

  /// A machine is being made from the snapshot.
  record Restoring(SnapshotRef snapshot, Instant since) implements JobState {}

  /// Waits to go on after a failure.
  record PendingRetry(Instant dueAt, RetryFrom from, Failure failure, Instant since)
      implements JobState {}

  /// The result is durable; the program has yet to end by itself.
  record Exiting(MachineHandle machine, ExitResult result, Instant since) implements JobState {}

  /// The machine is being killed.
  record Terminating(Optional<MachineHandle> machine, Ending ending, Instant since)
      implements JobState {}

  record Completed(ExitResult result, Instant since) implements JobState {}

  /// @param result present where the program itself reported it
  record Failed(Failure failure, Optional<ExitResult> result, Instant since) implements JobState {}

  record Cancelled(String by, Instant since) implements JobState {}

  default JobPhase phase() {
    return switch (this) {
      case Pending _ -> JobPhase.PENDING;
      case Starting _ -> JobPhase.STARTING;
      case Running _ -> JobPhase.RUNNING;
      case Checkpointing _ -> JobPhase.CHECKPOINTING;
      case Suspending _ -> JobPhase.SUSPENDING;
      case Suspended _ -> JobPhase.SUSPENDED;
      case Restoring _ -> JobPhase.RESTORING;
      case PendingRetry _ -> JobPhase.PENDING_RETRY;
      case Exiting _ -> JobPhase.EXITING;
      case Terminating _ -> JobPhase.TERMINATING;
      case Completed _ -> JobPhase.COMPLETED;
      case Failed _ -> JobPhase.FAILED;
      case Cancelled _ -> JobPhase.CANCELLED;
    };
  }

  /// The machine this state holds, if any.
  default Optional<MachineHandle> machineHeld() {
    return switch (this) {
      case Running s -> Optional.of(s.machine());
      case Checkpointing s -> Optional.of(s.machine());
      case Suspending s -> Optional.of(s.machine());
      case Exiting s -> Optional.of(s.machine());
      case Terminating s -> s.machine();
      case Pending _,
          Starting _,
          Suspended _,
          Restoring _,
          PendingRetry _,
          Completed _,
          Failed _,
          Cancelled _ ->
          Optional.empty();
    };
  }
}
