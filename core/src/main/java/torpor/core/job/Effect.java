package torpor.core.job;

import java.time.Duration;
import java.util.Optional;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;

/// What is to be done once the decision is durable. The state written with it is the intent, so a
/// daemon that dies before, during or after an effect finds in the state what to look at.
public sealed interface Effect {

  /// How a new daemon treats an effect that its predecessor may have begun.
  enum Recovery {
    /// Doing it again changes nothing.
    RERUN,
    /// Look at what is there first; undo the half, then do it again.
    CHECK_FIRST,
    /// Never again: drop what is there, the caller's repeated call starts over.
    DROP
  }

  Recovery recovery();

  record StartMachine(Generation generation) implements Effect {
    @Override
    public Recovery recovery() {
      return Recovery.CHECK_FIRST;
    }
  }

  record RestoreMachine(Generation generation, SnapshotRef snapshot) implements Effect {
    @Override
    public Recovery recovery() {
      return Recovery.CHECK_FIRST;
    }
  }

  /// @param keepsRunning whether the machine is expected to go on; a runtime may use it to choose
  ///   how it freezes
  record TakeSnapshot(
      Generation generation, MachineHandle machine, SnapshotNumber number, boolean keepsRunning)
      implements Effect {
    @Override
    public Recovery recovery() {
      return Recovery.DROP;
    }
  }

  /// Let a machine that was frozen for its snapshot go on.
  record ResumeMachine(Generation generation, MachineHandle machine) implements Effect {
    @Override
    public Recovery recovery() {
      return Recovery.RERUN;
    }
  }

  /// Free what a machine that now sleeps still holds.
  record ReleaseMachine(Generation generation, MachineHandle machine) implements Effect {
    @Override
    public Recovery recovery() {
      return Recovery.RERUN;
    }
  }

  /// Kill the machine, or whatever half of one there is; answered by [JobEvent.MachineKilled].
  record KillMachine(Generation generation, Optional<MachineHandle> machine, Duration grace)
      implements Effect {
    @Override
    public Recovery recovery() {
      return Recovery.RERUN;
    }
  }

  /// Delete the snapshots with numbers below this one.
  record DropSnapshots(SnapshotNumber below) implements Effect {
    @Override
    public Recovery recovery() {
      return Recovery.RERUN;
    }
  }

  /// Delete this one snapshot, which no commit names.
  record DiscardSnapshot(SnapshotNumber number) implements Effect {
    @Override
    public Recovery recovery() {
      return Recovery.RERUN;
    }
  }

  /// Delete the snapshots with numbers above this one: the job was told to go on from before them.
  record DropSnapshotsAfter(SnapshotNumber last) implements Effect {
    @Override
    public Recovery recovery() {
      return Recovery.RERUN;
    }
  }

  /// Delete the job's directory.
  record RemoveDirectory() implements Effect {
    @Override
    public Recovery recovery() {
      return Recovery.RERUN;
    }
  }
}
