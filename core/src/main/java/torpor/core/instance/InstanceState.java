package torpor.core.instance;

import torpor.core.machine.ExitStatus;
import torpor.core.machine.MachineHandle;
import torpor.core.snapshot.SnapshotRef;

/// Where an instance is. Each state carries exactly what is known in it.
public sealed interface InstanceState {

  /// Being prepared; the intent is durable and everyone sees how far it is.
  record Creating(Preparation underWay) implements InstanceState {}

  /// No machine; the disks exist.
  record Stopped() implements InstanceState {}

  /// The machine exists and has not booted.
  record Created(MachineHandle machine) implements InstanceState {}

  record Running(MachineHandle machine) implements InstanceState {}

  /// The machine holds its memory and stands still.
  record Paused(MachineHandle machine) implements InstanceState {}

  /// The program or guest is off; the machine around it still exists.
  record Shutdown(MachineHandle machine, ExitStatus how) implements InstanceState {}

  /// No machine and no memory in use; goes on from the snapshot.
  record Standby(SnapshotRef snapshot) implements InstanceState {}

  /// It was never completed; what had been prepared is released.
  record Failed(Preparation interrupted, String reason) implements InstanceState {}

  record Deleted() implements InstanceState {}

  default InstancePhase phase() {
    return switch (this) {
      case Creating _ -> InstancePhase.CREATING;
      case Stopped _ -> InstancePhase.STOPPED;
      case Created _ -> InstancePhase.CREATED;
      case Running _ -> InstancePhase.RUNNING;
      case Paused _ -> InstancePhase.PAUSED;
      case Shutdown _ -> InstancePhase.SHUTDOWN;
      case Standby _ -> InstancePhase.STANDBY;
      case Failed _ -> InstancePhase.FAILED;
      case Deleted _ -> InstancePhase.DELETED;
    };
  }
}
