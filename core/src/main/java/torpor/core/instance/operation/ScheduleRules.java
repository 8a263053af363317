package torpor.core.instance.operation;

import java.time.Instant;
import java.util.Optional;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceState;
import torpor.core.instance.schedule.SnapshotPlan;
import torpor.core.instance.schedule.SnapshotSchedule;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.Refusal;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;

/// What the clock asks of an instance that has a schedule of snapshots. A run that is due while the
/// instance is busy has its turn when that is over.
final class ScheduleRules {
  private ScheduleRules() {}

  static InstanceDecision asked(Instance instance, Optional<SnapshotPlan> plan, Instant now) {
    if (plan.isEmpty() && instance.schedule().isEmpty()) {
      return OperationRules.NOTHING;
    }
    Draft draft = new Draft(instance, now);
    return plan.isPresent()
        ? draft
            .schedule(
                instance
                    .schedule()
                    .map(known -> known.with(plan.orElseThrow(), now))
                    .or(() -> Optional.of(SnapshotSchedule.begin(plan.orElseThrow(), now))))
            .happened(
                InstanceHappening.SCHEDULE_SET,
                "interval",
                plan.orElseThrow().interval().toString())
            .done()
        : draft.schedule(Optional.empty()).happened(InstanceHappening.SCHEDULE_REMOVED).done();
  }

  static boolean isDue(Instance instance, Instant now) {
    return instance.operation().isEmpty()
        && instance.schedule().filter(schedule -> schedule.isDue(now)).isPresent();
  }

  /// What sleeps is a snapshot already, so there is nothing to take; what has no memory cannot be
  /// taken. Either way the run is over with this commit.
  static InstanceDecision run(Instance instance, Instant now) {
    SnapshotSchedule schedule = instance.schedule().orElseThrow();
    Draft draft = new Draft(instance, now);
    return switch (instance.state()) {
      case InstanceState.Running(MachineHandle machine) -> take(instance, schedule, machine, draft);
      case InstanceState.Paused(MachineHandle machine) -> take(instance, schedule, machine, draft);
      case InstanceState.Standby(SnapshotRef at) ->
          draft.schedule(Optional.of(schedule.asleepOn(at.number(), now))).done();
      case InstanceState.Creating _,
          InstanceState.Created _,
          InstanceState.Shutdown _,
          InstanceState.Stopped _,
          InstanceState.Failed _,
          InstanceState.Deleted _ ->
          draft
              .schedule(
                  Optional.of(
                      schedule.skipped(
                          "it was %s: a snapshot has the memory of a machine in it"
                              .formatted(instance.state().phase().text()),
                          now)))
              .done();
    };
  }

  private static InstanceDecision take(
      Instance instance, SnapshotSchedule schedule, MachineHandle machine, Draft draft) {
    Optional<String> name = Optional.of(schedule.plan().nameAt(draft.now()));
    draft.schedule(Optional.of(schedule.taking(instance.nextSnapshot(), draft.now())));
    return AskRules.snapshot(draft, Operation.Kind.SNAPSHOT, machine, name);
  }

  /// A schedule whose snapshot is not under way any more knows what became of it, however that
  /// ended.
  static Optional<SnapshotSchedule> settled(
      Optional<SnapshotSchedule> schedule,
      Optional<Operation> operation,
      Optional<SnapshotRef> newest,
      Optional<Outcome> outcome) {
    Optional<SnapshotNumber> underWay = schedule.flatMap(SnapshotSchedule::underWay);
    if (underWay.isEmpty() || operation.flatMap(Operation::snapshot).equals(underWay)) {
      return schedule;
    }
    SnapshotNumber number = underWay.orElseThrow();
    boolean durable = newest.map(SnapshotRef::number).equals(underWay);
    return schedule.map(known ->
        durable
            ? known.taken(number)
            : known.failed(
                outcome
                    .flatMap(Outcome::failure)
                    .map(Refusal::detail)
                    .orElse("the instance was taken up otherwise")));
  }
}
