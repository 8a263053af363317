package torpor.core.instance;

import java.util.Locale;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.MachineHandle;
import torpor.core.snapshot.SnapshotRef;

/// One single step in an instance's life, said once it is done.
public sealed interface Hop {

  /// The preparation under way is complete.
  record Prepare() implements Hop {}

  /// The preparation under way failed or was interrupted, and what there was is released.
  record Abandon(String reason) implements Hop {}

  /// A machine was made around the disks.
  record Make(MachineHandle machine) implements Hop {}

  record Boot() implements Hop {}

  record Pause() implements Hop {}

  record Resume() implements Hop {}

  /// The snapshot of a paused machine is durable and the machine is released.
  record PutAway(SnapshotRef snapshot) implements Hop {}

  /// A machine was made from the snapshot, and stands still.
  record BringBack(MachineHandle machine) implements Hop {}

  /// The guest went off by itself, was killed, or its machine was lost.
  record PowerOff(ExitStatus how) implements Hop {}

  /// The machine around a guest that does not run is gone.
  record TakeDown() implements Hop {}

  /// A stopped instance will go on from an earlier snapshot.
  record FallBack(SnapshotRef snapshot) implements Hop {}

  /// The frozen memory will not be used: the instance will begin from its disks.
  record Forget() implements Hop {}

  record Delete() implements Hop {}

  /// The names of the hops: what a flow is made of before it is known what each will find.
  enum Kind {
    PREPARE,
    ABANDON,
    MAKE,
    BOOT,
    PAUSE,
    RESUME,
    PUT_AWAY,
    BRING_BACK,
    POWER_OFF,
    TAKE_DOWN,
    FALL_BACK,
    FORGET,
    DELETE;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  default Kind kind() {
    return switch (this) {
      case Prepare _ -> Kind.PREPARE;
      case Abandon _ -> Kind.ABANDON;
      case Make _ -> Kind.MAKE;
      case Boot _ -> Kind.BOOT;
      case Pause _ -> Kind.PAUSE;
      case Resume _ -> Kind.RESUME;
      case PutAway _ -> Kind.PUT_AWAY;
      case BringBack _ -> Kind.BRING_BACK;
      case PowerOff _ -> Kind.POWER_OFF;
      case TakeDown _ -> Kind.TAKE_DOWN;
      case FallBack _ -> Kind.FALL_BACK;
      case Forget _ -> Kind.FORGET;
      case Delete _ -> Kind.DELETE;
    };
  }
}
