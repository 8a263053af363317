package torpor.core.instance.operation;

import java.time.Instant;
import java.util.Optional;
import torpor.core.instance.Hop;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceState;
import torpor.core.instance.operation.Operation.Step;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.snapshot.SnapshotRef;

/// What a new daemon makes of what it finds: the recovery table of this package, line by line.
final class FoundRules {
  private FoundRules() {}

  static InstanceDecision decide(Instance instance, InstanceEvent.FromRecovery found, Instant now) {
    return switch (found) {
      case InstanceEvent.FoundAlive(MachineHandle machine, boolean paused) ->
          alive(instance, machine, paused, now);
      case InstanceEvent.FoundGone(String detail) -> gone(instance, detail, now);
    };
  }

  private static InstanceDecision alive(
      Instance instance, MachineHandle machine, boolean paused, Instant now) {
    Draft draft = new Draft(instance, now);
    Optional<Operation> operation = instance.operation();
    if (operation.isEmpty()) {
      return adopted(instance, draft, machine, paused).done();
    }
    Operation underWay = operation.orElseThrow();
    return switch (underWay.step()) {
      case START, RESTORE -> {
        draft.happened(InstanceHappening.ADOPTED, "generation", instance.generation().toString());
        if (draft.state() instanceof InstanceState.Standby) {
          draft.hop(new Hop.BringBack(machine)).hop(new Hop.Resume());
        } else if (draft.state() instanceof InstanceState.Stopped) {
          draft.hop(new Hop.Make(machine)).hop(new Hop.Boot());
        }
        yield draft
            .effect(new InstanceEffect.ResumeMachine(instance.generation()))
            .finished()
            .done();
      }
      case SNAPSHOT -> {
        draft.failed(interrupted(underWay));
        // Whether the last daemon had frozen it already is not known.
        if (instance.state() instanceof InstanceState.Running) {
          draft.effect(new InstanceEffect.ResumeMachine(instance.generation()));
        }
        yield adopted(instance, draft, machine, instance.state() instanceof InstanceState.Paused)
            .done();
      }
      case PAUSE, RESUME -> adopted(instance, draft.finished(), machine, paused).done();
      case IMAGE, DISKS, NETWORK, RELEASE, KILL, DETACH, REMOVE ->
          again(instance, draft, underWay).done();
    };
  }

  /// The state becomes what was found.
  private static Draft adopted(
      Instance instance, Draft draft, MachineHandle machine, boolean paused) {
    draft.happened(InstanceHappening.ADOPTED, "generation", instance.generation().toString());
    if (paused && draft.state() instanceof InstanceState.Running) {
      draft.hop(new Hop.Pause());
    } else if (!paused && draft.state() instanceof InstanceState.Paused) {
      draft.hop(new Hop.Resume());
    }
    return draft.held(machine);
  }

  private static InstanceDecision gone(Instance instance, String detail, Instant now) {
    Draft draft = new Draft(instance, now);
    ExitStatus lost = new ExitStatus.Lost(detail);
    Optional<Operation> operation = instance.operation();
    if (operation.isEmpty()) {
      return Moves.machine(instance.state()).isPresent()
          ? Moves.lost(instance, draft, lost, ended(detail)).done()
          : OperationRules.NOTHING;
    }
    Operation underWay = operation.orElseThrow();
    return switch (underWay.step()) {
      case IMAGE, DISKS, NETWORK ->
          instance.state() instanceof InstanceState.Creating
              ? StepRules.undo(instance, draft, interrupted(underWay)).done()
              : bornAgain(instance, draft, underWay).done();
      case START, RESTORE -> bornAgain(instance, draft, underWay).done();
      case SNAPSHOT, PAUSE, RESUME ->
          Moves.lost(instance, draft, lost, interrupted(underWay)).done();
      case RELEASE, KILL, DETACH, REMOVE -> again(instance, draft, underWay).done();
    };
  }

  /// A birth is tried again by the next daemon, but not for ever.
  private static Draft bornAgain(Instance instance, Draft draft, Operation underWay) {
    if (underWay.tries() >= Operation.MOST_TRIES) {
      return Moves.detachThen(instance, draft.failing(interrupted(underWay)), Step.DETACH);
    }
    draft.operation(underWay.again());
    if (instance.slot().isPresent()) {
      return draft
          .operation(underWay.again().at(Step.NETWORK))
          .effect(new InstanceEffect.AttachNetwork());
    }
    return instance.state() instanceof InstanceState.Standby(SnapshotRef from)
        ? Moves.makeMachine(draft, Optional.of(from))
        : Moves.makeMachine(draft, Optional.empty());
  }

  /// Steps of which doing them twice changes nothing.
  private static Draft again(Instance instance, Draft draft, Operation underWay) {
    return switch (underWay.step()) {
      case RELEASE -> draft.effect(new InstanceEffect.ReleaseMachine(instance.generation()));
      case KILL -> Moves.kill(instance, draft, underWay.grace());
      case DETACH -> draft.effect(new InstanceEffect.DetachNetwork());
      case REMOVE -> draft.effect(new InstanceEffect.RemoveDirectory());
      case NETWORK -> draft.effect(new InstanceEffect.AttachNetwork());
      case DISKS -> draft.effect(new InstanceEffect.PrepareDisks());
      case IMAGE -> draft.effect(new InstanceEffect.PrepareImage());
      case START, RESTORE, SNAPSHOT, PAUSE, RESUME ->
          throw new IllegalStateException("decided elsewhere: " + underWay.step());
    };
  }

  private static Refusal ended(String detail) {
    return Refusal.of(RefusalCode.INTERRUPTED, detail, "Start it again.");
  }

  private static Refusal interrupted(Operation operation) {
    return Refusal.of(
        RefusalCode.INTERRUPTED,
        "'%s' was interrupted at the step '%s' by the end of the daemon or the host"
            .formatted(operation.kind().text(), operation.step().text()),
        "Ask again.");
  }
}
