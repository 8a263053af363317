package torpor.core.instance.operation;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import torpor.core.instance.Hop;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceState;
import torpor.core.instance.operation.Operation.Kind;
import torpor.core.instance.operation.Operation.Step;
import torpor.core.instance.spec.Command;
import torpor.core.instance.spec.InstanceSpec;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;

/// What people ask of an instance. What is so already is granted; what is under way is joined;
/// while something else is under way only a stop of a birth and a delete go ahead.
final class AskRules {
  private AskRules() {}

  static InstanceDecision decide(Instance instance, InstanceEvent.FromCaller asked, Instant now) {
    if (asked instanceof InstanceEvent.DeleteAsked) {
      return delete(instance, now);
    }
    if (asked instanceof InstanceEvent.ProtectAsked(boolean protect)) {
      return new Draft(instance, now).spec(instance.spec().protecting(protect)).done();
    }
    if (asked instanceof InstanceEvent.ScheduleAsked(var plan)) {
      return ScheduleRules.asked(instance, plan, now);
    }
    Optional<Operation> operation = instance.operation();
    if (operation.isEmpty()) {
      return begin(instance, asked, now);
    }
    if (isTheSame(operation.orElseThrow(), asked)) {
      return OperationRules.NOTHING;
    }
    if (asked instanceof InstanceEvent.StopAsked
        && operation.orElseThrow().step().isBirth()
        && operation.orElseThrow().kind() != Kind.DELETE) {
      // Whoever waits for the birth is told that it was ended.
      Draft draft = new Draft(instance, now).failed(stoppedMeanwhile(operation.orElseThrow()));
      return Moves.kill(instance, draft.begin(Kind.STOP, Step.KILL), Duration.ZERO).done();
    }
    return new InstanceDecision.Rejected(busy(instance, operation.orElseThrow()));
  }

  private static InstanceDecision begin(
      Instance instance, InstanceEvent.FromCaller asked, Instant now) {
    Draft draft = new Draft(instance, now);
    return switch (asked) {
      case InstanceEvent.StartAsked start -> start(instance, start, draft);
      case InstanceEvent.StopAsked(var grace) -> stop(instance, grace, draft);
      case InstanceEvent.StandbyAsked _ -> standby(instance, draft);
      case InstanceEvent.SnapshotAsked(var label) -> snapshot(instance, label, draft);
      case InstanceEvent.RestoreAsked restore -> restore(instance, restore, draft);
      case InstanceEvent.PauseAsked _ -> pause(instance, draft);
      case InstanceEvent.ResumeAsked _ -> resume(instance, draft);
      case InstanceEvent.DropSnapshotAsked(SnapshotNumber number, var next) ->
          drop(instance, number, next, draft);
      case InstanceEvent.VolumesAsked(var volumes) ->
          instance.state() instanceof InstanceState.Stopped && instance.restartAt().isEmpty()
              ? draft.spec(instance.spec().withVolumes(volumes)).done()
              : refused(
                  instance,
                  "get or lose volumes",
                  "Stop it first: a volume is there from a start on until the end of it.");
      case InstanceEvent.ProtectAsked _,
          InstanceEvent.ScheduleAsked _,
          InstanceEvent.DeleteAsked _ ->
          OperationRules.NOTHING;
    };
  }

  private static InstanceDecision start(
      Instance instance, InstanceEvent.StartAsked asked, Draft draft) {
    return switch (instance.state()) {
      case InstanceState.Stopped _ ->
          Moves.start(instance, draft.spec(program(instance, asked)).restart(0, Optional.empty()))
              .done();
      case InstanceState.Running _ when !asked.isOfAnotherProgram() -> OperationRules.NOTHING;
      case InstanceState.Running _ ->
          refused(instance, "start another program", "Stop it first, then start it.");
      default -> refused(instance, "start", startHint(instance.state()));
    };
  }

  private static InstanceDecision stop(Instance instance, Duration grace, Draft draft) {
    return switch (instance.state()) {
      case InstanceState.Running _, InstanceState.Paused _, InstanceState.Created _ -> {
        draft.begin(Kind.STOP, Step.KILL);
        draft.operation(draft.operation().orElseThrow().within(grace));
        yield Moves.kill(instance, draft, grace).done();
      }
      case InstanceState.Standby _ -> forget(instance, draft).done();
      case InstanceState.Stopped _ ->
          instance.restartAt().isPresent()
              ? Moves.detachThen(
                      instance,
                      draft.restart(0, Optional.empty()).begin(Kind.STOP, Step.DETACH),
                      Step.DETACH)
                  .done()
              : OperationRules.NOTHING;
      default -> refused(instance, "stop", "");
    };
  }

  private static InstanceDecision standby(Instance instance, Draft draft) {
    return switch (instance.state()) {
      case InstanceState.Running(var machine) ->
          snapshot(draft, Kind.STANDBY, machine, Optional.empty());
      case InstanceState.Paused(var machine) ->
          snapshot(draft, Kind.STANDBY, machine, Optional.empty());
      case InstanceState.Standby _ -> OperationRules.NOTHING;
      default -> refused(instance, "go to standby", "Start it first.");
    };
  }

  private static InstanceDecision snapshot(Instance instance, Optional<String> label, Draft draft) {
    return switch (instance.state()) {
      case InstanceState.Running(var machine) -> snapshot(draft, Kind.SNAPSHOT, machine, label);
      case InstanceState.Paused(var machine) -> snapshot(draft, Kind.SNAPSHOT, machine, label);
      default -> refused(instance, "be snapshotted", "Start or restore it first.");
    };
  }

  private static InstanceDecision pause(Instance instance, Draft draft) {
    return switch (instance.state()) {
      case InstanceState.Running _ ->
          draft
              .begin(Kind.PAUSE, Step.PAUSE)
              .effect(new InstanceEffect.PauseMachine(instance.generation()))
              .done();
      case InstanceState.Paused _ -> OperationRules.NOTHING;
      default -> refused(instance, "be paused", "");
    };
  }

  private static InstanceDecision resume(Instance instance, Draft draft) {
    return switch (instance.state()) {
      case InstanceState.Paused _ ->
          draft
              .begin(Kind.RESUME, Step.RESUME)
              .effect(new InstanceEffect.ResumeMachine(instance.generation()))
              .done();
      case InstanceState.Running _ -> OperationRules.NOTHING;
      default -> refused(instance, "be resumed", "From standby it is restored.");
    };
  }

  static InstanceDecision snapshot(
      Draft draft, Kind kind, MachineHandle machine, Optional<String> label) {
    draft.begin(kind, Step.SNAPSHOT);
    SnapshotNumber number = draft.nextSnapshot();
    return draft
        .operation(draft.operation().orElseThrow().on(number).labelled(label))
        .effect(
            new InstanceEffect.TakeSnapshot(
                draft.generation(), machine, number, kind == Kind.SNAPSHOT))
        .done();
  }

  /// From standby the newest, at once. From a stopped or failed-over machine an older memory is
  /// only taken up when it is asked for by name.
  private static InstanceDecision restore(
      Instance instance, InstanceEvent.RestoreAsked asked, Draft draft) {
    Optional<SnapshotRef> newest = instance.newest();
    Optional<SnapshotRef> from = asked.from().or(() -> newest);
    if (from.isEmpty()) {
      return refused(instance, "be restored", "It has no snapshot; start it instead.");
    }
    boolean older =
        newest.filter(ref -> !ref.number().equals(from.orElseThrow().number())).isPresent();
    if (older && !asked.allowOlder()) {
      return new InstanceDecision.Rejected(
          notNewest(instance, from.orElseThrow(), newest.orElseThrow()));
    }
    return switch (instance.state()) {
      case InstanceState.Standby(SnapshotRef at) -> {
        if (!at.number().equals(from.orElseThrow().number())) {
          draft.hop(new Hop.Forget()).hop(new Hop.FallBack(from.orElseThrow()));
        }
        yield Moves.restore(instance, draft, from.orElseThrow()).done();
      }
      case InstanceState.Stopped _ -> {
        if (asked.from().isEmpty()) {
          // Its disks are newer than any memory that was frozen before.
          yield refused(
              instance,
              "be restored without naming a snapshot",
              "Start it to go on from its disks, or name the snapshot to go back to.");
        }
        draft.hop(new Hop.FallBack(from.orElseThrow()));
        yield Moves.restore(instance, draft, from.orElseThrow()).done();
      }
      case InstanceState.Running _ ->
          asked.from().isEmpty()
              ? OperationRules.NOTHING
              : refused(instance, "be restored", "Stop it, or put it in standby first.");
      default -> refused(instance, "be restored", "");
    };
  }

  private static Refusal notNewest(Instance instance, SnapshotRef named, SnapshotRef newest) {
    return Refusal.ofField(
        RefusalCode.SNAPSHOT_NOT_NEWEST,
        "snapshot",
        "snapshot %s of %s is not its newest, which is %s: what happened since would be lost"
            .formatted(named.number(), instance.spec().name(), newest.number()),
        "Say so with allow_older, or restore without naming a snapshot.");
  }

  /// The memory that was frozen will not be used; its snapshot stays and can be named.
  private static Draft forget(Instance instance, Draft draft) {
    draft.begin(Kind.STOP, Step.DETACH).hop(new Hop.Forget());
    return Moves.detachThen(instance, draft.happened(InstanceHappening.STOPPED), Step.DETACH);
  }

  private static InstanceDecision drop(
      Instance instance, SnapshotNumber number, Optional<SnapshotRef> next, Draft draft) {
    boolean standsOn =
        instance.state() instanceof InstanceState.Standby(SnapshotRef at)
            && at.number().equals(number);
    if (standsOn) {
      return new InstanceDecision.Rejected(
          Refusal.of(
              RefusalCode.SNAPSHOT_IN_USE,
              "%s is in standby on snapshot %s".formatted(instance.spec().name(), number),
              "Restore or stop the instance first."));
    }
    draft
        .change(new InstanceChange.SnapshotForgotten(number))
        .effect(new InstanceEffect.DropSnapshot(number))
        .happened(InstanceHappening.SNAPSHOT_DELETED, "snapshot", number.toString());
    if (instance.newest().filter(ref -> ref.number().equals(number)).isPresent()) {
      draft.newest(next);
    }
    return draft.done();
  }

  private static InstanceDecision delete(Instance instance, Instant now) {
    if (isBeingDeleted(instance)) {
      return OperationRules.NOTHING;
    }
    if (instance.spec().protect()) {
      return new InstanceDecision.Rejected(
          Refusal.of(
              RefusalCode.INSTANCE_PROTECTED,
              "%s is protected from being deleted".formatted(instance.spec().name()),
              "Take the protection away first."));
    }
    Draft draft = new Draft(instance, now);
    instance.operation().ifPresent(o -> draft.failed(stoppedMeanwhile(o)));
    return Moves.delete(instance, draft).done();
  }

  private static InstanceSpec program(Instance instance, InstanceEvent.StartAsked start) {
    Command before = instance.spec().command();
    return instance
        .spec()
        .running(
            new Command(
                start.entrypoint().or(before::entrypoint),
                start.arguments().or(before::arguments),
                before.env(),
                before.workdir(),
                before.user()));
  }

  static boolean isBeingDeleted(Instance instance) {
    return instance.operation().filter(o -> o.kind() == Kind.DELETE).isPresent();
  }

  private static boolean isTheSame(Operation operation, InstanceEvent.FromCaller asked) {
    return switch (asked) {
      case InstanceEvent.StartAsked start ->
          (operation.kind() == Kind.START || operation.kind() == Kind.CREATE)
              && !start.isOfAnotherProgram();
      case InstanceEvent.StopAsked _ -> operation.kind() == Kind.STOP;
      case InstanceEvent.StandbyAsked _ -> operation.kind() == Kind.STANDBY;
      case InstanceEvent.RestoreAsked(var from, var _) ->
          operation.kind() == Kind.RESTORE
              && from.map(SnapshotRef::number)
                  .map(number -> operation.snapshot().filter(number::equals).isPresent())
                  .orElse(true);
      case InstanceEvent.PauseAsked _ -> operation.kind() == Kind.PAUSE;
      case InstanceEvent.ResumeAsked _ -> operation.kind() == Kind.RESUME;
      case InstanceEvent.SnapshotAsked _,
          InstanceEvent.DropSnapshotAsked _,
          InstanceEvent.ProtectAsked _,
          InstanceEvent.VolumesAsked _,
          InstanceEvent.ScheduleAsked _,
          InstanceEvent.DeleteAsked _ ->
          false;
    };
  }

  private static Refusal stoppedMeanwhile(Operation operation) {
    return Refusal.of(
        RefusalCode.INSTANCE_STATE,
        "the instance was stopped or deleted while '%s' was under way"
            .formatted(operation.kind().text()),
        "Ask again if it is still wanted.");
  }

  private static Refusal busy(Instance instance, Operation operation) {
    return Refusal.of(
        RefusalCode.INSTANCE_BUSY,
        "%s is busy with '%s' (%s)"
            .formatted(instance.spec().name(), operation.kind().text(), operation.step().text()),
        "Wait until that is done and ask again; a delete does not have to wait.");
  }

  private static String startHint(InstanceState state) {
    return state instanceof InstanceState.Standby ? "It is in standby: restore it." : "";
  }

  private static InstanceDecision refused(Instance instance, String what, String hint) {
    return new InstanceDecision.Rejected(
        Refusal.of(
            RefusalCode.INSTANCE_STATE,
            "%s is %s and cannot %s"
                .formatted(instance.spec().name(), instance.state().phase().text(), what),
            hint.isEmpty()
                ? "Look at the instance's state and bring it to one from where this is possible."
                : hint));
  }
}
