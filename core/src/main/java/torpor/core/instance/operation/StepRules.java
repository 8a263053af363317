package torpor.core.instance.operation;

import java.time.Instant;
import java.util.Optional;
import torpor.core.instance.Hop;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceState;
import torpor.core.instance.Preparation;
import torpor.core.instance.operation.Operation.Kind;
import torpor.core.instance.operation.Operation.Step;
import torpor.core.instance.spec.Origin;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.snapshot.SnapshotCheck;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.snapshot.Token;

/// What the steps of operations, and machines, report.
final class StepRules {
  private StepRules() {}

  static InstanceDecision decide(Instance instance, InstanceEvent.FromEffect outcome, Instant now) {
    return switch (outcome) {
      case InstanceEvent.ImagePrepared(var digest) ->
          isAt(instance, Step.IMAGE)
              ? prepared(instance, new Draft(instance, now).image(digest)).done()
              : OperationRules.NOTHING;
      case InstanceEvent.StepDone(int number, Step step) ->
          isAt(instance, number, step) ? done(instance, step, now) : OperationRules.NOTHING;
      case InstanceEvent.StepFailed(int number, Step step, Refusal why) ->
          isAt(instance, number, step) ? failed(instance, step, why, now) : OperationRules.NOTHING;
      case InstanceEvent.MachineUp up -> up(instance, up, now);
      case InstanceEvent.MachineNotUp(Generation life, Refusal why) ->
          isBirthOf(instance, life) ? notUp(instance, why, now) : OperationRules.NOTHING;
      case InstanceEvent.SnapshotTaken taken -> taken(instance, taken, now);
      case InstanceEvent.SnapshotFailed failed ->
          isSnapshot(instance, failed.generation(), failed.number())
              ? snapshotFailed(instance, failed, now)
              : OperationRules.NOTHING;
      case InstanceEvent.MachineEnded(Generation life, ExitStatus status) ->
          ended(instance, life, status, now);
      case InstanceEvent.SnapshotChecked(SnapshotNumber number, SnapshotCheck check) ->
          checked(instance, number, check, now);
    };
  }

  private static boolean isAt(Instance instance, Step step) {
    return instance.operation().filter(o -> o.step() == step).isPresent();
  }

  private static boolean isAt(Instance instance, int number, Step step) {
    return instance.operation().filter(o -> o.number() == number && o.step() == step).isPresent();
  }

  private static boolean isBirthOf(Instance instance, Generation life) {
    return instance.generation().equals(life)
        && instance.operation().filter(o -> o.step().isBirth()).isPresent();
  }

  private static boolean isSnapshot(Instance instance, Generation life, SnapshotNumber number) {
    return instance.generation().equals(life)
        && instance
            .operation()
            .filter(o -> o.step() == Step.SNAPSHOT && o.snapshot().equals(Optional.of(number)))
            .isPresent();
  }

  /// One more preparation is complete.
  private static Draft prepared(Instance instance, Draft draft) {
    Operation operation = instance.operation().orElseThrow();
    draft.hop(new Hop.Prepare());
    if (draft.state() instanceof InstanceState.Creating(Preparation next)) {
      return switch (next) {
        case IMAGE, DISKS ->
            draft.operation(operation.at(Step.DISKS)).effect(new InstanceEffect.PrepareDisks());
        case NETWORK ->
            instance.slot().isPresent()
                ? draft
                    .operation(operation.at(Step.NETWORK))
                    .effect(new InstanceEffect.AttachNetwork())
                : prepared(instance, draft);
      };
    }
    draft.happened(InstanceHappening.PREPARED);
    if (instance.spec().origin() instanceof Origin.Fork) {
      SnapshotRef first = forkedSnapshot(draft);
      return Moves.makeMachine(
          draft.newest(Optional.of(first)).hop(new Hop.FallBack(first)), Optional.of(first));
    }
    return Moves.makeMachine(draft, Optional.empty());
  }

  /// The source's snapshot has become this instance's own first.
  private static SnapshotRef forkedSnapshot(Draft draft) {
    SnapshotNumber number = draft.nextSnapshot();
    Token token = new Token("fork-" + number);
    draft.change(
        new InstanceChange.SnapshotRecorded(
            number,
            draft.generation(),
            token,
            Optional.of("fork"),
            new SnapshotFacts(0, Optional.empty()),
            draft.now(),
            false));
    return new SnapshotRef(number, draft.now(), token, Optional.empty());
  }

  private static InstanceDecision done(Instance instance, Step step, Instant now) {
    Draft draft = new Draft(instance, now);
    Operation operation = instance.operation().orElseThrow();
    return switch (step) {
      case IMAGE, START, RESTORE, SNAPSHOT -> OperationRules.NOTHING;
      case DISKS -> prepared(instance, draft).done();
      case NETWORK -> {
        if (instance.state() instanceof InstanceState.Creating) {
          yield prepared(instance, draft).done();
        }
        yield instance.state() instanceof InstanceState.Standby(SnapshotRef from)
            ? Moves.makeMachine(draft, Optional.of(from)).done()
            : Moves.makeMachine(draft, Optional.empty()).done();
      }
      case PAUSE -> draft.hop(new Hop.Pause()).happened(InstanceHappening.PAUSED).finished().done();
      case RESUME -> {
        if (draft.state() instanceof InstanceState.Paused) {
          draft.hop(new Hop.Resume()).happened(InstanceHappening.RUNNING);
        }
        yield draft.finished().done();
      }
      case RELEASE -> Moves.detachThen(instance, draft, Step.DETACH).done();
      case KILL -> {
        ended(draft, new ExitStatus.Signalled("stopped"));
        yield operation.kind() == Kind.DELETE
            ? Moves.detachThen(instance, draft, Step.REMOVE).done()
            : Moves.detachThen(instance, draft, Step.DETACH).done();
      }
      case DETACH ->
          Moves.afterDetach(
                  draft,
                  operation.kind() == Kind.DELETE
                          || instance.state() instanceof InstanceState.Failed
                      ? Step.REMOVE
                      : Step.DETACH)
              .done();
      case REMOVE ->
          operation.kind() == Kind.DELETE
              ? draft
                  .hop(new Hop.Delete())
                  .happened(InstanceHappening.DELETED)
                  .change(new InstanceChange.Removed())
                  .finished()
                  .done()
              : draft.finished().done();
    };
  }

  private static void ended(Draft draft, ExitStatus how) {
    switch (draft.state()) {
      case InstanceState.Running _, InstanceState.Paused _ ->
          draft.hop(new Hop.PowerOff(how)).hop(new Hop.TakeDown());
      case InstanceState.Created _, InstanceState.Shutdown _ -> draft.hop(new Hop.TakeDown());
      case InstanceState.Creating _,
          InstanceState.Stopped _,
          InstanceState.Standby _,
          InstanceState.Failed _,
          InstanceState.Deleted _ -> {
        return;
      }
    }
    draft.exited(how).happened(InstanceHappening.STOPPED);
  }

  /// Back to the last good state. What a create had prepared is taken away again.
  private static InstanceDecision failed(Instance instance, Step step, Refusal why, Instant now) {
    Draft draft = new Draft(instance, now);
    return switch (step) {
      case IMAGE, DISKS, NETWORK -> {
        if (instance.state() instanceof InstanceState.Creating) {
          yield undo(instance, draft, why).done();
        }
        yield notUp(instance, why, now);
      }
      case START, RESTORE -> notUp(instance, why, now);
      case PAUSE, RESUME, SNAPSHOT -> draft.failed(why).done();
      // Tried by the engine until they work; a failure here means that it has given up for now, and
      // the next daemon goes on.
      case RELEASE, KILL, DETACH, REMOVE -> draft.failed(why).done();
    };
  }

  static Draft undo(Instance instance, Draft draft, Refusal why) {
    draft
        .hop(new Hop.Abandon(why.detail()))
        .happened(InstanceHappening.FAILED, "reason", why.detail())
        .failing(why);
    return Moves.detachThen(instance, draft, Step.REMOVE);
  }

  private static InstanceDecision up(Instance instance, InstanceEvent.MachineUp up, Instant now) {
    if (!isBirthOf(instance, up.generation())) {
      return OperationRules.NOTHING;
    }
    Draft draft = new Draft(instance, now);
    if (draft.state() instanceof InstanceState.Standby) {
      draft.hop(new Hop.BringBack(up.machine())).hop(new Hop.Resume());
    } else {
      draft.hop(new Hop.Make(up.machine())).hop(new Hop.Boot());
    }
    return draft
        .happened(InstanceHappening.RUNNING, "generation", up.generation().toString())
        .finished()
        .done();
  }

  private static InstanceDecision notUp(Instance instance, Refusal why, Instant now) {
    Draft draft = new Draft(instance, now);
    boolean again = instance.state() instanceof InstanceState.Stopped && instance.restarts() > 0;
    // A restart that does not come up counts like a machine that ended at once.
    return again
        ? Moves.lost(instance, draft, new ExitStatus.Lost(why.detail()), why).done()
        : Moves.detachThen(instance, draft.failing(why), Step.DETACH).done();
  }

  private static InstanceDecision taken(
      Instance instance, InstanceEvent.SnapshotTaken taken, Instant now) {
    Draft draft = new Draft(instance, now);
    if (!isSnapshot(instance, taken.generation(), taken.number())) {
      // One that no commit will name; one that a commit has named is left alone.
      return instance
              .newest()
              .filter(ref -> ref.number().compareTo(taken.number()) >= 0)
              .isPresent()
          ? OperationRules.NOTHING
          : draft.effect(new InstanceEffect.DropSnapshot(taken.number())).done();
    }
    Operation operation = instance.operation().orElseThrow();
    Token token = new Token(operation.kind().text() + "-" + taken.number());
    SnapshotRef ref = new SnapshotRef(taken.number(), now, token, Optional.empty());
    boolean byTheClock =
        instance
            .schedule()
            .filter(schedule -> schedule.underWay().equals(Optional.of(taken.number())))
            .isPresent();
    draft
        .newest(Optional.of(ref))
        .change(
            new InstanceChange.SnapshotRecorded(
                taken.number(),
                taken.generation(),
                token,
                operation.label(),
                taken.facts(),
                now,
                byTheClock))
        .happened(InstanceHappening.SNAPSHOT_TAKEN, "snapshot", taken.number().toString());
    if (operation.kind() == Kind.SNAPSHOT) {
      return goOn(instance, draft).done();
    }
    if (draft.state() instanceof InstanceState.Running) {
      draft.hop(new Hop.Pause());
    }
    return draft
        .hop(new Hop.PutAway(ref))
        .happened(InstanceHappening.STANDBY, "snapshot", taken.number().toString())
        .operation(operation.at(Step.RELEASE))
        .effect(new InstanceEffect.ReleaseMachine(taken.generation()))
        .done();
  }

  /// The snapshot counts; a machine that ran before runs again, one that was paused stays so.
  private static Draft goOn(Instance instance, Draft draft) {
    draft.finished();
    return instance.state() instanceof InstanceState.Running
        ? draft.effect(new InstanceEffect.ResumeMachine(instance.generation()))
        : draft;
  }

  private static InstanceDecision snapshotFailed(
      Instance instance, InstanceEvent.SnapshotFailed event, Instant now) {
    Draft draft = new Draft(instance, now);
    if (event.machineLost()) {
      ExitStatus lost = new ExitStatus.Lost(event.why().detail());
      return Moves.lost(instance, draft, lost, event.why()).done();
    }
    draft.failed(event.why());
    return instance.state() instanceof InstanceState.Running
        ? draft.effect(new InstanceEffect.ResumeMachine(instance.generation())).done()
        : draft.done();
  }

  /// An instance that is on its way out has no history to add to.
  private static InstanceDecision checked(
      Instance instance, SnapshotNumber number, SnapshotCheck check, Instant now) {
    if (AskRules.isBeingDeleted(instance)) {
      return OperationRules.NOTHING;
    }
    Draft draft =
        new Draft(instance, now).change(new InstanceChange.SnapshotChecked(number, check));
    String snapshot = number.toString();
    return switch (check) {
      case SnapshotCheck.Verified _ ->
          draft.happened(InstanceHappening.SNAPSHOT_VERIFIED, "snapshot", snapshot).done();
      case SnapshotCheck.Damaged(Instant _, String why) ->
          draft
              .happened(InstanceHappening.SNAPSHOT_DAMAGED, "snapshot", snapshot, "reason", why)
              .done();
      case SnapshotCheck.Unchecked _ -> OperationRules.NOTHING;
    };
  }

  private static InstanceDecision ended(
      Instance instance, Generation life, ExitStatus status, Instant now) {
    boolean held =
        instance.state() instanceof InstanceState.Running
            || instance.state() instanceof InstanceState.Paused;
    if (!instance.generation().equals(life) || !held) {
      return OperationRules.NOTHING;
    }
    Draft draft = new Draft(instance, now);
    Optional<Operation> operation = instance.operation();
    if (operation.filter(o -> o.step() == Step.KILL).isPresent()) {
      // The kill is not over for it: nothing may be left of the machine.
      return draft.exited(status).done();
    }
    Refusal why =
        Refusal.of(
            RefusalCode.INSTANCE_STATE,
            "the machine of %s ended".formatted(instance.spec().name()),
            "Look at its log.");
    return Moves.lost(instance, draft, status, why).done();
  }
}
