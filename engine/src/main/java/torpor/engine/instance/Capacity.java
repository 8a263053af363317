package torpor.engine.instance;

import java.util.Optional;
import torpor.core.instance.Instance;
import torpor.core.instance.operation.Operation;
import torpor.core.instance.spec.Resources;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;

/// How much of the host may be given away. Memory and processors count while an instance has a
/// machine or is to have one; disk counts always.
///
/// @param cpus that may be given away, overcommit included; likewise the others
public record Capacity(int cpus, long memoryBytes, long diskBytes) {

  /// What is given away at a moment, or to one.
  public record Use(int cpus, long memoryBytes, long diskBytes) {
    static final Use NOTHING = new Use(0, 0, 0);

    Use plus(Use other) {
      return new Use(
          cpus + other.cpus, memoryBytes + other.memoryBytes, diskBytes + other.diskBytes);
    }

    /// The larger of each.
    Use larger(Use other) {
      return new Use(
          Math.max(cpus, other.cpus),
          Math.max(memoryBytes, other.memoryBytes),
          Math.max(diskBytes, other.diskBytes));
    }
  }

  /// What an instance has now.
  public static Use use(Instance instance) {
    Use whole = whole(instance);
    return isAwake(instance) ? whole : new Use(0, 0, whole.diskBytes());
  }

  /// What it has when it has a machine.
  static Use whole(Instance instance) {
    Resources resources = instance.spec().resources();
    return new Use(resources.cpus(), resources.memoryBytes(), resources.diskBytes());
  }

  /// Whether it has a machine, or is to have one without asking again.
  private static boolean isAwake(Instance instance) {
    boolean begins =
        instance
            .operation()
            .filter(o -> o.kind() == Operation.Kind.START || o.kind() == Operation.Kind.RESTORE)
            .filter(o -> o.failure().isEmpty())
            .isPresent();
    return switch (instance.state().phase()) {
      case CREATING, CREATED, RUNNING, PAUSED, SHUTDOWN -> true;
      case STOPPED, STANDBY, FAILED ->
          begins || instance.mayHaveMachine() || instance.restartAt().isPresent();
      case DELETED -> false;
    };
  }

  /// Why there cannot be more of something; empty where there can. What was given away before the
  /// bounds were lowered stays given.
  ///
  /// @param now what is given away, `then` what would be
  Optional<Refusal> refusal(Use now, Use then) {
    if (isTooMuch(now.diskBytes, then.diskBytes, diskBytes)) {
      return Optional.of(
          full("disk", size(now.diskBytes), size(then.diskBytes - now.diskBytes), size(diskBytes)));
    }
    if (isTooMuch(now.memoryBytes, then.memoryBytes, memoryBytes)) {
      return Optional.of(
          full(
              "memory",
              size(now.memoryBytes),
              size(then.memoryBytes - now.memoryBytes),
              size(memoryBytes)));
    }
    return isTooMuch(now.cpus, then.cpus, cpus)
        ? Optional.of(
            full(
                "cpus",
                Integer.toString(now.cpus),
                Integer.toString(then.cpus - now.cpus),
                Integer.toString(cpus)))
        : Optional.empty();
  }

  private static boolean isTooMuch(long now, long then, long limit) {
    return then > limit && then > now;
  }

  private static String size(long bytes) {
    return bytes / Resources.MIB + " MiB";
  }

  private static Refusal full(String what, String used, String wanted, String total) {
    return Refusal.ofField(
        RefusalCode.NO_CAPACITY,
        what,
        "no room: of %s, %s is in use, %s asked for, and machines.%s allows %s"
            .formatted(what, used, wanted, what, total),
        "Put instances in standby or delete some, ask for less, or raise machines.%s; torpor resources shows who has what."
            .formatted(what));
  }
}
