package torpor.core.instance;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.snapshot.Token;

/// Every instance state and every hop.
final class InstanceSamples {
  static final MachineHandle MACHINE = new MachineHandle("machine");
  static final SnapshotRef SNAPSHOT =
      new SnapshotRef(SnapshotNumber.FIRST, Instant.EPOCH, new Token("t"), Optional.empty());
  static final ExitStatus OFF = new ExitStatus.Exited(0);

  private InstanceSamples() {}

  static List<InstanceState> states() {
    return List.of(
        new InstanceState.Creating(Preparation.IMAGE),
        new InstanceState.Creating(Preparation.DISKS),
        new InstanceState.Creating(Preparation.NETWORK),
        new InstanceState.Stopped(),
        new InstanceState.Created(MACHINE),
        new InstanceState.Running(MACHINE),
        new InstanceState.Paused(MACHINE),
        new InstanceState.Shutdown(MACHINE, OFF),
        new InstanceState.Standby(SNAPSHOT),
        new InstanceState.Failed(Preparation.DISKS, "no space"),
        new InstanceState.Deleted());
  }

  static Hop hop(Hop.Kind kind) {
    return switch (kind) {
      case PREPARE -> new Hop.Prepare();
      case ABANDON -> new Hop.Abandon("interrupted");
      case MAKE -> new Hop.Make(MACHINE);
      case BOOT -> new Hop.Boot();
      case PAUSE -> new Hop.Pause();
      case RESUME -> new Hop.Resume();
      case PUT_AWAY -> new Hop.PutAway(SNAPSHOT);
      case BRING_BACK -> new Hop.BringBack(MACHINE);
      case POWER_OFF -> new Hop.PowerOff(OFF);
      case TAKE_DOWN -> new Hop.TakeDown();
      case FALL_BACK -> new Hop.FallBack(SNAPSHOT);
      case FORGET -> new Hop.Forget();
      case DELETE -> new Hop.Delete();
    };
  }

  static Optional<InstanceState> after(InstanceState from, Hop hop) {
    return switch (InstanceRules.hop(from, hop)) {
      case Reply.Done<InstanceState>(InstanceState next) -> Optional.of(next);
      case Reply.Refused<InstanceState> _ -> Optional.empty();
    };
  }
}
