package torpor.engine.instance;

import java.util.Collection;
import java.util.Optional;
import torpor.core.instance.Instance;
import torpor.core.instance.spec.InstanceSpec;
import torpor.core.instance.spec.Resources;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.store.StoredInstance;

/// How much of the host may be given away. Memory and processors count while an instance has a
/// machine or is to have one; disk counts always.
///
/// @param cpus that may be given away, overcommit included; likewise the others
public record Capacity(int cpus, long memoryBytes, long diskBytes) {

  /// What is given away at a moment.
  public record Use(int cpus, long memoryBytes, long diskBytes) {}

  static boolean isAwake(Instance instance) {
    return switch (instance.state().phase()) {
      case CREATING, CREATED, RUNNING, PAUSED, SHUTDOWN -> true;
      case STOPPED, STANDBY -> instance.mayHaveMachine();
      case FAILED, DELETED -> false;
    };
  }

  public static Use use(Collection<StoredInstance> instances) {
    int cpus = 0;
    long memory = 0;
    long disk = 0;
    for (StoredInstance row : instances) {
      Instance instance = row.instance();
      disk += instance.spec().resources().diskBytes();
      if (isAwake(instance)) {
        cpus += instance.spec().resources().cpus();
        memory += instance.spec().resources().memoryBytes();
      }
    }
    return new Use(cpus, memory, disk);
  }

  /// Why there is no room for one more; empty where there is.
  Optional<Refusal> refusal(InstanceSpec spec, Collection<StoredInstance> instances) {
    Use use = use(instances);
    return use.diskBytes() + spec.resources().diskBytes() > diskBytes
        ? Optional.of(
            full(
                "disk", size(use.diskBytes()), size(spec.resources().diskBytes()), size(diskBytes)))
        : noRoomToWake(spec, instances);
  }

  /// Why one that exists cannot have a machine now; empty where it can.
  Optional<Refusal> noRoomToWake(InstanceSpec spec, Collection<StoredInstance> instances) {
    Use use = use(instances);
    if (use.memoryBytes() + spec.resources().memoryBytes() > memoryBytes) {
      return Optional.of(
          full(
              "memory",
              size(use.memoryBytes()),
              size(spec.resources().memoryBytes()),
              size(memoryBytes)));
    }
    return use.cpus() + spec.resources().cpus() > cpus
        ? Optional.of(
            full(
                "cpus",
                Integer.toString(use.cpus()),
                Integer.toString(spec.resources().cpus()),
                Integer.toString(cpus)))
        : Optional.empty();
  }

  private static String size(long bytes) {
    return bytes / Resources.MIB + " MiB";
  }

  /// The same with less disk to give away.
  Capacity without(long bytes) {
    return new Capacity(cpus, memoryBytes, diskBytes - bytes);
  }

  /// Why there is no room for a volume; empty where there is.
  ///
  /// @param others bytes of the volumes that there are
  Optional<Refusal> noRoomForVolume(long bytes, long others, Collection<StoredInstance> instances) {
    long used = use(instances).diskBytes() + others;
    return used + bytes > diskBytes
        ? Optional.of(full("disk", size(used), size(bytes), size(diskBytes)))
        : Optional.empty();
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
