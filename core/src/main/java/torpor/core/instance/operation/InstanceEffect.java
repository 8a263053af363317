package torpor.core.instance.operation;

import java.time.Duration;
import java.util.Optional;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;

/// What is to be done once a decision about an instance is durable. Each reports back with one
/// [InstanceEvent.FromEffect], except those that say otherwise.
public sealed interface InstanceEffect {

  /// Fetch the image, or find it.
  record PrepareImage() implements InstanceEffect {}

  /// Make the directory, and for a fork bring the source's snapshot into it as number 1.
  record PrepareDisks() implements InstanceEffect {}

  record AttachNetwork() implements InstanceEffect {}

  record StartMachine(Generation generation) implements InstanceEffect {}

  record RestoreMachine(Generation generation, SnapshotRef snapshot) implements InstanceEffect {}

  record TakeSnapshot(
      Generation generation, MachineHandle machine, SnapshotNumber number, boolean keepsRunning)
      implements InstanceEffect {}

  record PauseMachine(Generation generation) implements InstanceEffect {}

  record ResumeMachine(Generation generation) implements InstanceEffect {}

  /// Free what a machine that now stands by still holds.
  record ReleaseMachine(Generation generation) implements InstanceEffect {}

  record KillMachine(Generation generation, Optional<MachineHandle> machine, Duration grace)
      implements InstanceEffect {}

  record DetachNetwork() implements InstanceEffect {}

  record RemoveDirectory() implements InstanceEffect {}

  /// Not reported back.
  record DropSnapshot(SnapshotNumber number) implements InstanceEffect {}
}
