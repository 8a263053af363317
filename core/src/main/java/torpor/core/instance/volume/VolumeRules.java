package torpor.core.instance.volume;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstanceState;
import torpor.core.instance.spec.VolumeMount;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;

/// Who may have a volume when, and what may be done to it. Each answers the volume as it is to
/// become, or a refusal.
public final class VolumeRules {
  private VolumeRules() {}

  /// Whether the instance's volumes are mounted in a machine, in one on its way, or in memory that
  /// is to go on. A machine that has ended and is about to be started again keeps them, too.
  public static boolean holds(Instance instance) {
    return switch (instance.state()) {
      case InstanceState.Creating _,
          InstanceState.Created _,
          InstanceState.Running _,
          InstanceState.Paused _,
          InstanceState.Shutdown _,
          InstanceState.Standby _ ->
          true;
      case InstanceState.Stopped _ ->
          instance.operation().isPresent() || instance.restartAt().isPresent();
      case InstanceState.Failed _ -> instance.operation().isPresent();
      case InstanceState.Deleted _ -> false;
    };
  }

  /// Whether the instance cannot go on, or start again, without its volumes.
  public static boolean needs(Instance instance) {
    return switch (instance.state()) {
      case InstanceState.Failed _ -> instance.operation().isPresent();
      case InstanceState.Deleted _ -> false;
      default -> true;
    };
  }

  /// Lets an instance have the volume.
  ///
  /// @param backTo when the snapshot was taken that the instance goes on from; empty for a boot
  /// @param all everybody's attachments to it
  public static Reply<Volume> hold(
      Volume volume,
      Attachment wanted,
      Optional<Instant> backTo,
      Collection<Attachment> all,
      Instant now) {
    Optional<Refusal> refused =
        notReady(volume)
            .or(() -> conflict(volume, wanted, all))
            .or(() -> lost(volume, wanted, backTo));
    if (refused.isPresent()) {
      return Reply.refused(refused.orElseThrow());
    }
    return Reply.done(
        wanted.mount().mode() == VolumeMount.Mode.READ_WRITE && !isOf(volume, wanted.instance())
            ? volume.under(Optional.of(new Tenure(wanted.instance(), now)))
            : volume);
  }

  private static boolean isOf(Volume volume, InstanceId instance) {
    return volume.tenure().filter(tenure -> tenure.instance().equals(instance)).isPresent();
  }

  private static Optional<Refusal> conflict(
      Volume volume, Attachment wanted, Collection<Attachment> all) {
    boolean writes = wanted.mount().mode() == VolumeMount.Mode.READ_WRITE;
    return all.stream()
        .filter(other -> other.holds() && !other.instance().equals(wanted.instance()))
        .filter(other -> writes || other.mount().mode() == VolumeMount.Mode.READ_WRITE)
        .findFirst()
        .map(other ->
            Refusal.ofField(
                RefusalCode.VOLUME_IN_USE,
                "volumes",
                "volume %s is held by %s to %s, and %s wants to %s it"
                    .formatted(
                        volume.name(),
                        other.name(),
                        verb(other.mount().mode()),
                        wanted.name(),
                        verb(wanted.mount().mode())),
                "Stop or delete %s first; to read a volume many may have it at once."
                    .formatted(other.name())));
  }

  private static String verb(VolumeMount.Mode mode) {
    return mode == VolumeMount.Mode.READ_WRITE ? "write" : "read";
  }

  /// Going back to a snapshot takes the volume's content back with it.
  private static Optional<Refusal> lost(
      Volume volume, Attachment wanted, Optional<Instant> backTo) {
    boolean loses =
        wanted.mount().mode() == VolumeMount.Mode.READ_WRITE
            && backTo
                .filter(taken ->
                    volume
                        .tenure()
                        .filter(tenure -> tenure.instance().equals(wanted.instance()))
                        .filter(tenure -> !tenure.since().isAfter(taken))
                        .isEmpty())
                .isPresent();
    return loses
        ? Optional.of(
            Refusal.ofField(
                RefusalCode.VOLUME_CHANGED,
                "volumes",
                "volume %s was written by others since the snapshot of %s was taken; to go back to it would lose that"
                    .formatted(volume.name(), wanted.name()),
                "Fork the snapshot: the fork gets the volume's content of then as its own."))
        : Optional.empty();
  }

  public static Reply<Volume> delete(Volume volume, Collection<Attachment> all) {
    if (volume.state() instanceof VolumeState.Deleting) {
      return Reply.done(volume);
    }
    return all.stream()
        .findFirst()
        .map(used ->
            Reply.<Volume>refused(
                Refusal.of(
                    RefusalCode.VOLUME_IN_USE,
                    "volume %s is a volume of instance %s".formatted(volume.name(), used.name()),
                    "Delete %s first, or detach the volume from it while it is stopped."
                        .formatted(used.name()))))
        .or(() -> notReady(volume).map(Reply::refused))
        .orElseGet(() -> Reply.done(volume.in(new VolumeState.Deleting())));
  }

  /// Only larger, since what is to be cut off may be full. Whoever has it sees its size at the next
  /// start.
  public static Reply<Volume> resize(Volume volume, long bytes, Collection<Attachment> all) {
    if (bytes < volume.bytes()) {
      return Reply.refused(
          Refusal.invalid(
              "size_gb",
              "volume %s has %d bytes, and a volume only grows"
                  .formatted(volume.name(), volume.bytes()),
              "Create a smaller volume and copy the files."));
    }
    return notReady(volume)
        .or(() -> held(volume, all, "resized"))
        .map(Reply::<Volume>refused)
        .orElseGet(() ->
            Reply.done(
                bytes == volume.bytes()
                    ? volume
                    : volume.under(Optional.empty()).in(new VolumeState.Resizing(bytes))));
  }

  public static Reply<Volume> snapshot(Volume volume, Collection<Attachment> all) {
    List<Attachment> writers =
        all.stream().filter(a -> a.mount().mode() == VolumeMount.Mode.READ_WRITE).toList();
    return notReady(volume)
        .or(() -> held(volume, writers, "snapshotted alone"))
        .map(Reply::<Volume>refused)
        .orElseGet(() -> Reply.done(volume.snapshotting()));
  }

  /// The snapshot under way is complete.
  public static Volume taken(Volume volume, Optional<String> label, Instant now) {
    if (!(volume.state() instanceof VolumeState.Snapshotting(SnapshotNumber number))) {
      throw new IllegalStateException(volume.id() + " is not being snapshotted");
    }
    return volume.with(new VolumeSnapshot(number, label, volume.bytes(), now));
  }

  public static Reply<Volume> forget(Volume volume, SnapshotNumber number) {
    if (volume.snapshot(number).isEmpty()) {
      return Reply.refused(
          Refusal.of(
              RefusalCode.SNAPSHOT_NOT_FOUND,
              "volume %s has no snapshot %s".formatted(volume.name(), number),
              "List the volume's snapshots."));
    }
    return notReady(volume)
        .map(Reply::<Volume>refused)
        .orElseGet(() ->
            Reply.done(
                volume.with(
                    volume.snapshots().stream()
                        .filter(snapshot -> !snapshot.number().equals(number))
                        .toList())));
  }

  private static Optional<Refusal> held(Volume volume, Collection<Attachment> all, String what) {
    return all.stream()
        .filter(Attachment::holds)
        .findFirst()
        .map(other ->
            Refusal.of(
                RefusalCode.VOLUME_IN_USE,
                "volume %s is held by %s and cannot be %s"
                    .formatted(volume.name(), other.name(), what),
                "Stop %s first; a snapshot of the instance has its volumes too."
                    .formatted(other.name())));
  }

  private static Optional<Refusal> notReady(Volume volume) {
    return volume.state() instanceof VolumeState.Ready
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                RefusalCode.VOLUME_BUSY,
                "volume %s is %s".formatted(volume.name(), volume.state().text()),
                "Ask again when it is ready."));
  }
}
