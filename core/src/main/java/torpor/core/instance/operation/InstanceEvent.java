package torpor.core.instance.operation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import torpor.core.image.ImageDigest;
import torpor.core.instance.schedule.SnapshotPlan;
import torpor.core.instance.spec.VolumeMount;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.Refusal;
import torpor.core.snapshot.SnapshotCheck;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;

/// What can happen to an instance, by who brings it.
public sealed interface InstanceEvent {

  /// From people and programs outside.
  sealed interface FromCaller extends InstanceEvent {}

  /// @param entrypoint another than before, from now on
  /// @param arguments others than before, from now on
  record StartAsked(Optional<List<String>> entrypoint, Optional<List<String>> arguments)
      implements FromCaller {
    public StartAsked {
      entrypoint = entrypoint.map(List::copyOf);
      arguments = arguments.map(List::copyOf);
    }

    /// Of what it ran before.
    public StartAsked() {
      this(Optional.empty(), Optional.empty());
    }

    boolean isOfAnotherProgram() {
      return entrypoint.isPresent() || arguments.isPresent();
    }
  }

  record StopAsked(Duration grace) implements FromCaller {}

  record StandbyAsked() implements FromCaller {}

  /// @param from the snapshot to go on from; the newest where empty
  /// @param allowOlder whether `from` may be another than the newest
  record RestoreAsked(Optional<SnapshotRef> from, boolean allowOlder) implements FromCaller {}

  record PauseAsked() implements FromCaller {}

  record ResumeAsked() implements FromCaller {}

  record SnapshotAsked(Optional<String> label) implements FromCaller {}

  /// @param next the newest of the others, which becomes the newest where this one was
  record DropSnapshotAsked(SnapshotNumber number, Optional<SnapshotRef> next)
      implements FromCaller {

    public DropSnapshotAsked(SnapshotNumber number) {
      this(number, Optional.empty());
    }
  }

  record ProtectAsked(boolean protect) implements FromCaller {}

  /// @param volumes that it is to have from its next start on
  record VolumesAsked(List<VolumeMount> volumes) implements FromCaller {
    public VolumesAsked {
      volumes = List.copyOf(volumes);
    }
  }

  /// @param plan empty where there is to be none any more
  record ScheduleAsked(Optional<SnapshotPlan> plan) implements FromCaller {}

  record DeleteAsked() implements FromCaller {}

  /// From the step under way, or from a machine. Never lost: delivered until it is decided.
  sealed interface FromEffect extends InstanceEvent {}

  record ImagePrepared(ImageDigest digest) implements FromEffect {}

  /// The step under way is done, and there is nothing more to say of it.
  record StepDone(int operation, Operation.Step step) implements FromEffect {}

  record StepFailed(int operation, Operation.Step step, Refusal why) implements FromEffect {}

  record MachineUp(Generation generation, MachineHandle machine) implements FromEffect {}

  record MachineNotUp(Generation generation, Refusal why) implements FromEffect {}

  record SnapshotTaken(Generation generation, SnapshotNumber number, SnapshotFacts facts)
      implements FromEffect {}

  /// @param machineLost whether the machine did not survive the attempt
  record SnapshotFailed(
      Generation generation, SnapshotNumber number, Refusal why, boolean machineLost)
      implements FromEffect {}

  /// It ended by itself, or was ended by something other than us.
  record MachineEnded(Generation generation, ExitStatus status) implements FromEffect {}

  /// Somebody looked whether one of its snapshots is good.
  record SnapshotChecked(SnapshotNumber number, SnapshotCheck check) implements FromEffect {}

  /// The moment in [torpor.core.instance.Instance#due] has come.
  record TimerFired() implements InstanceEvent {}

  /// What a new daemon found of an instance that was recorded with a machine or an operation.
  sealed interface FromRecovery extends InstanceEvent {}

  /// @param paused whether it stands still
  record FoundAlive(MachineHandle machine, boolean paused) implements FromRecovery {}

  record FoundGone(String detail) implements FromRecovery {}
}
