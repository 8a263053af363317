package torpor.core.instance.operation;

import java.time.Duration;
import java.util.Optional;
import torpor.core.instance.Hop;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceState;
import torpor.core.instance.operation.Operation.Kind;
import torpor.core.instance.operation.Operation.Step;
import torpor.core.instance.spec.RestartPolicy;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.Refusal;
import torpor.core.snapshot.SnapshotRef;

/// The moves that more than one rule makes.
final class Moves {
  static final Duration DELETE_GRACE = Duration.ZERO;

  private Moves() {}

  /// A machine from the disks; the network first, where there is one.
  static Draft start(Instance instance, Draft draft) {
    return birth(instance, draft.begin(Kind.START, Step.START), Optional.empty());
  }

  static Draft restore(Instance instance, Draft draft, SnapshotRef from) {
    return birth(instance, draft.begin(Kind.RESTORE, Step.RESTORE), Optional.of(from));
  }

  private static Draft birth(Instance instance, Draft draft, Optional<SnapshotRef> from) {
    Operation begun = inFlight(draft);
    Operation aimed = from.map(ref -> begun.on(ref.number())).orElse(begun);
    if (instance.slot().isPresent()) {
      return draft.operation(aimed.at(Step.NETWORK)).effect(new InstanceEffect.AttachNetwork());
    }
    return makeMachine(draft.operation(aimed), from);
  }

  /// The birth itself, under a new generation.
  static Draft makeMachine(Draft draft, Optional<SnapshotRef> from) {
    Operation operation = inFlight(draft);
    draft.nextLife();
    return from.isPresent()
        ? draft
            .operation(operation.at(Step.RESTORE))
            .effect(new InstanceEffect.RestoreMachine(draft.generation(), from.orElseThrow()))
        : draft
            .operation(operation.at(Step.START))
            .effect(new InstanceEffect.StartMachine(draft.generation()));
  }

  private static Operation inFlight(Draft draft) {
    return draft.operation().orElseThrow(() -> new IllegalStateException("nothing is under way"));
  }

  static Draft delete(Instance instance, Draft draft) {
    draft.begin(Kind.DELETE, Step.KILL);
    if (instance.mayHaveMachine()) {
      return kill(instance, draft, DELETE_GRACE);
    }
    return detachThen(instance, draft, Step.REMOVE);
  }

  static Draft kill(Instance instance, Draft draft, Duration grace) {
    return draft.effect(
        new InstanceEffect.KillMachine(draft.generation(), machine(instance.state()), grace));
  }

  /// Takes the network away where there is one, and goes on with what follows it.
  ///
  /// @param next the step after that; [Step#DETACH] where there is none
  static Draft detachThen(Instance instance, Draft draft, Step next) {
    Operation operation = inFlight(draft);
    if (instance.slot().isPresent()) {
      return draft.operation(operation.at(Step.DETACH)).effect(new InstanceEffect.DetachNetwork());
    }
    return afterDetach(draft, next);
  }

  static Draft afterDetach(Draft draft, Step next) {
    if (next == Step.REMOVE) {
      return draft
          .operation(inFlight(draft).at(Step.REMOVE))
          .effect(new InstanceEffect.RemoveDirectory());
    }
    return draft.finished();
  }

  /// Its machine is gone though nobody stopped it: the policy decides what follows. An operation
  /// that was under way has failed with it.
  static Draft lost(Instance instance, Draft draft, ExitStatus how, Refusal why) {
    draft.exited(how).happened(InstanceHappening.MACHINE_ENDED, "how", how.toString());
    if (draft.state() instanceof InstanceState.Running
        || draft.state() instanceof InstanceState.Paused) {
      draft.hop(new Hop.PowerOff(how));
    }
    if (draft.state() instanceof InstanceState.Shutdown
        || draft.state() instanceof InstanceState.Created) {
      draft.hop(new Hop.TakeDown());
    }
    draft.happened(InstanceHappening.STOPPED);
    RestartPolicy policy = instance.spec().restart();
    boolean steady = !instance.since().plus(policy.steady()).isAfter(draft.now());
    int before = steady ? 0 : instance.restarts();
    if (policy.again(how, before)) {
      Duration delay = policy.delay(before);
      return draft
          .failed(why)
          .restart(before + 1, Optional.of(draft.now().plus(delay)))
          .happened(InstanceHappening.RESTART_SCHEDULED, "in", delay.toString());
    }
    draft.restart(before, Optional.empty());
    if (instance.slot().isEmpty()) {
      return draft.failed(why);
    }
    if (draft.operation().isPresent()) {
      return detachThen(instance, draft.failing(why), Step.DETACH);
    }
    return detachThen(instance, draft.begin(Kind.STOP, Step.DETACH), Step.DETACH);
  }

  static Optional<MachineHandle> machine(InstanceState state) {
    return switch (state) {
      case InstanceState.Created(MachineHandle machine) -> Optional.of(machine);
      case InstanceState.Running(MachineHandle machine) -> Optional.of(machine);
      case InstanceState.Paused(MachineHandle machine) -> Optional.of(machine);
      case InstanceState.Shutdown(MachineHandle machine, var _) -> Optional.of(machine);
      case InstanceState.Creating _,
          InstanceState.Stopped _,
          InstanceState.Standby _,
          InstanceState.Failed _,
          InstanceState.Deleted _ ->
          Optional.empty();
    };
  }
}
