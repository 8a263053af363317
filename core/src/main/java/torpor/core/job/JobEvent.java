package torpor.core.job;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import torpor.core.definition.JsonText;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.Refusal;
import torpor.core.retry.Failure;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.snapshot.Token;
import torpor.core.wake.Waker;

/// What can happen to a job, by who brings it.
public sealed interface JobEvent {

  /// From people and programs outside.
  sealed interface FromCaller extends JobEvent {}

  record SignalSent(String name, JsonText payload) implements FromCaller {}

  record WakeAsked() implements FromCaller {}

  record CancelAsked(String by) implements FromCaller {}

  /// Go on with a failed job.
  ///
  /// @param fromStart forget every snapshot and start over
  /// @param from the snapshot to restore; the newest where empty
  record RetryAsked(boolean fromStart, Optional<SnapshotRef> from) implements FromCaller {}

  /// Delete an ended job and everything about it.
  record RemoveAsked() implements FromCaller {}

  /// From the program inside.
  sealed interface FromGuest extends JobEvent {
    /// The life the caller is known to be in; empty where the way it called does not tell.
    Optional<Generation> from();

    /// The same call, now known to come from that life.
    default FromGuest in(Generation life) {
      Optional<Generation> known = Optional.of(life);
      return switch (this) {
        case CheckpointAsked e -> new CheckpointAsked(known, e.token(), e.waker(), e.label());
        case LockAsked e -> new LockAsked(known, e.lockId(), e.ttl());
        case UnlockAsked e -> new UnlockAsked(known, e.lockId());
        case ExitAsked e -> new ExitAsked(known, e.result());
        case SignalsAsked e -> new SignalsAsked(known, e.name(), e.after(), e.patience());
        case ProgressMade e -> new ProgressMade(known, e.progress());
      };
    }
  }

  record CheckpointAsked(
      Optional<Generation> from, Token token, Optional<Waker> waker, Optional<String> label)
      implements FromGuest {}

  record LockAsked(Optional<Generation> from, String lockId, Duration ttl) implements FromGuest {}

  record UnlockAsked(Optional<Generation> from, String lockId) implements FromGuest {}

  record ExitAsked(Optional<Generation> from, ExitResult result) implements FromGuest {}

  /// @param name only signals of that name
  /// @param after signals with higher numbers, handed out before or not: a program that repeats a
  ///   call whose answer was lost names the last signal it has seen. Empty is only what was never
  ///   handed out
  /// @param patience how long to wait for one before the answer is none
  record SignalsAsked(
      Optional<Generation> from, Optional<String> name, OptionalInt after, Duration patience)
      implements FromGuest {

    public SignalsAsked(Optional<Generation> from, Optional<String> name, Duration patience) {
      this(from, name, OptionalInt.empty(), patience);
    }
  }

  record ProgressMade(Optional<Generation> from, Progress progress) implements FromGuest {}

  /// The node has a free place for this pending job.
  record Admitted() implements JobEvent {}

  /// The moment in [Job#due] has come.
  record TimerFired() implements JobEvent {}

  /// From a machine or from an effect on one. Never lost: delivered until it is decided.
  sealed interface FromMachine extends JobEvent {
    Generation generation();
  }

  /// Started or restored, and running.
  record MachineUp(Generation generation, MachineHandle machine) implements FromMachine {}

  record MachineNotUp(Generation generation, Failure failure) implements FromMachine {}

  record SnapshotTaken(Generation generation, SnapshotNumber number, SnapshotFacts facts)
      implements FromMachine {}

  /// @param machineLost whether the machine did not survive the attempt
  record SnapshotFailed(
      Generation generation, SnapshotNumber number, Refusal why, boolean machineLost)
      implements FromMachine {}

  /// It ended by itself, or was ended by something other than us.
  record MachineEnded(Generation generation, ExitStatus status) implements FromMachine {}

  /// A kill that we asked for is done; nothing of the machine is left.
  record MachineKilled(Generation generation) implements FromMachine {}

  /// What a new daemon found of a job that was recorded in flight.
  sealed interface FromRecovery extends JobEvent {}

  record FoundAlive(MachineHandle machine) implements FromRecovery {}

  record FoundGone(String detail) implements FromRecovery {}
}
