package torpor.core.instance;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import torpor.core.image.ImageDigest;
import torpor.core.instance.operation.Operation;
import torpor.core.instance.operation.Outcome;
import torpor.core.instance.schedule.SnapshotSchedule;
import torpor.core.instance.spec.InstanceSpec;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.network.AddressSlot;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;

/// A machine that is driven by hand, with everything that is known of it. (One that a job owns is
/// part of its job, see [InstanceStates].)
///
/// @param image known once it was prepared
/// @param since when `state` began
/// @param operation what is under way; at most one
/// @param outcome of the operation before that
/// @param operations how many there have been
/// @param slot its place in the host's network; kept for its whole life, so that a restore has the
///   same address
/// @param lastSnapshot the highest number given out; 0 where none was
/// @param newest the newest durable snapshot
/// @param lastExit how its machine ended the last time
/// @param restarts in a row, without a steady run between
/// @param restartAt when the policy starts it again
/// @param schedule of snapshots that are taken by the clock
public record Instance(
    InstanceId id,
    InstanceSpec spec,
    Optional<ImageDigest> image,
    InstanceState state,
    Instant since,
    Optional<Operation> operation,
    Optional<Outcome> outcome,
    int operations,
    Generation generation,
    Optional<AddressSlot> slot,
    int lastSnapshot,
    Optional<SnapshotRef> newest,
    Optional<ExitStatus> lastExit,
    int restarts,
    Optional<Instant> restartAt,
    Optional<SnapshotSchedule> schedule,
    Instant createdAt) {

  /// The first row of an instance: everything is still to be prepared.
  public static Instance asked(
      InstanceId id, InstanceSpec spec, Optional<AddressSlot> slot, Instant now) {
    return new Instance(
        id,
        spec,
        Optional.empty(),
        new InstanceState.Creating(Preparation.IMAGE),
        now,
        Optional.of(Operation.of(1, Operation.Kind.CREATE, Operation.Step.IMAGE, now)),
        Optional.empty(),
        1,
        Generation.NONE,
        slot,
        0,
        Optional.empty(),
        Optional.empty(),
        0,
        Optional.empty(),
        Optional.empty(),
        now);
  }

  /// When it is deleted of itself; never while it is protected.
  public Optional<Instant> expiresAt() {
    return spec.protect() ? Optional.empty() : spec.ttl().map(createdAt::plus);
  }

  /// When time alone changes it.
  public Optional<Instant> due() {
    return Stream.of(restartAt, expiresAt(), schedule.map(SnapshotSchedule::nextRun))
        .flatMap(Optional::stream)
        .min(Comparator.naturalOrder());
  }

  public SnapshotNumber nextSnapshot() {
    return new SnapshotNumber(lastSnapshot + 1);
  }

  /// Whether a machine may exist, or is being made.
  public boolean mayHaveMachine() {
    return switch (state) {
      case InstanceState.Created _,
          InstanceState.Running _,
          InstanceState.Paused _,
          InstanceState.Shutdown _ ->
          true;
      case InstanceState.Creating _,
          InstanceState.Stopped _,
          InstanceState.Standby _,
          InstanceState.Failed _,
          InstanceState.Deleted _ ->
          operation.map(o -> o.step().mayHaveMachine()).orElse(false);
    };
  }
}
