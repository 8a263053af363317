package torpor.core.instance.operation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import torpor.core.image.ImageDigest;
import torpor.core.instance.Hop;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceRules;
import torpor.core.instance.InstanceState;
import torpor.core.instance.schedule.SnapshotSchedule;
import torpor.core.instance.spec.InstanceSpec;
import torpor.core.job.Happening;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;

/// An accepted decision being put together. Lives for one call of [OperationRules#decide].
final class Draft {
  private final Instance before;
  private final Instant now;
  private InstanceSpec spec;
  private Optional<ImageDigest> image;
  private InstanceState state;
  private Optional<Operation> operation;
  private Optional<Outcome> outcome;
  private int operations;
  private Generation generation;
  private int lastSnapshot;
  private Optional<SnapshotRef> newest;
  private Optional<ExitStatus> lastExit;
  private int restarts;
  private Optional<Instant> restartAt;
  private Optional<SnapshotSchedule> schedule;
  private final List<Happening> happenings = new ArrayList<>();
  private final List<InstanceChange> changes = new ArrayList<>();
  private final List<InstanceEffect> effects = new ArrayList<>();

  Draft(Instance before, Instant now) {
    this.before = before;
    this.now = now;
    this.spec = before.spec();
    this.image = before.image();
    this.state = before.state();
    this.operation = before.operation();
    this.outcome = before.outcome();
    this.operations = before.operations();
    this.generation = before.generation();
    this.lastSnapshot = before.lastSnapshot();
    this.newest = before.newest();
    this.lastExit = before.lastExit();
    this.restarts = before.restarts();
    this.restartAt = before.restartAt();
    this.schedule = before.schedule();
  }

  Instant now() {
    return now;
  }

  Optional<Operation> operation() {
    return operation;
  }

  InstanceState state() {
    return state;
  }

  Generation generation() {
    return generation;
  }

  Optional<SnapshotRef> newest() {
    return newest;
  }

  int restarts() {
    return restarts;
  }

  InstanceSpec spec() {
    return spec;
  }

  /// Takes one hop. The rules ask for none that the table does not have.
  Draft hop(Hop hop) {
    state =
        switch (InstanceRules.hop(state, hop)) {
          case Reply.Done<InstanceState>(InstanceState next) -> next;
          case Reply.Refused<InstanceState>(Refusal why) ->
              throw new IllegalStateException(before.id() + ": " + why.detail());
        };
    return this;
  }

  /// The same state, with the machine under the handle that a new daemon knows it by.
  Draft held(MachineHandle machine) {
    state =
        switch (state) {
          case InstanceState.Created _ -> new InstanceState.Created(machine);
          case InstanceState.Running _ -> new InstanceState.Running(machine);
          case InstanceState.Paused _ -> new InstanceState.Paused(machine);
          case InstanceState.Shutdown(var _, var how) -> new InstanceState.Shutdown(machine, how);
          case InstanceState.Creating _,
              InstanceState.Stopped _,
              InstanceState.Standby _,
              InstanceState.Failed _,
              InstanceState.Deleted _ ->
              state;
        };
    return this;
  }

  Draft begin(Operation.Kind kind, Operation.Step step) {
    operations++;
    operation = Optional.of(Operation.of(operations, kind, step, now));
    restartAt = Optional.empty();
    return happened(InstanceHappening.BEGAN, "operation", kind.text(), "step", step.text());
  }

  Draft operation(Operation next) {
    operation = Optional.of(next);
    return this;
  }

  /// Nothing is left to do of the operation under way. It has done what was asked, or has failed
  /// before and its undoing is complete.
  Draft finished() {
    return ended(operation.flatMap(Operation::failure));
  }

  /// The operation under way has failed, and nothing is left to undo.
  Draft failed(Refusal why) {
    return failing(why).finished();
  }

  /// The operation under way has failed; it ends when its undoing is complete.
  Draft failing(Refusal why) {
    operation.ifPresent(o ->
        happened(
            InstanceHappening.OPERATION_FAILED,
            "operation",
            o.kind().text(),
            "step",
            o.step().text(),
            "reason",
            why.detail()));
    operation = operation.map(o -> o.failing(why));
    return this;
  }

  private Draft ended(Optional<Refusal> failure) {
    outcome = operation.map(o -> new Outcome(o.number(), o.kind(), now, failure)).or(() -> outcome);
    operation = Optional.empty();
    return this;
  }

  Draft image(ImageDigest digest) {
    image = Optional.of(digest);
    return this;
  }

  Draft spec(InstanceSpec next) {
    spec = next;
    return this;
  }

  Draft nextLife() {
    generation = generation.next();
    return this;
  }

  SnapshotNumber nextSnapshot() {
    lastSnapshot++;
    return new SnapshotNumber(lastSnapshot);
  }

  Draft newest(Optional<SnapshotRef> ref) {
    newest = ref;
    return this;
  }

  Draft exited(ExitStatus how) {
    lastExit = Optional.of(how);
    return this;
  }

  Draft restart(int count, Optional<Instant> at) {
    restarts = count;
    restartAt = at;
    return this;
  }

  Draft schedule(Optional<SnapshotSchedule> next) {
    schedule = next;
    return this;
  }

  Draft happened(String kind, String... pairs) {
    happenings.add(Happening.of(kind, pairs));
    return this;
  }

  Draft change(InstanceChange change) {
    changes.add(change);
    return this;
  }

  Draft effect(InstanceEffect effect) {
    effects.add(effect);
    return this;
  }

  InstanceDecision done() {
    Instance next =
        new Instance(
            before.id(),
            spec,
            image,
            state,
            state.phase() == before.state().phase() ? before.since() : now,
            operation,
            outcome,
            operations,
            generation,
            before.slot(),
            lastSnapshot,
            newest,
            lastExit,
            restarts,
            restartAt,
            ScheduleRules.settled(schedule, operation, newest, outcome),
            before.createdAt());
    return new InstanceDecision.Accepted(next, happenings, changes, effects);
  }
}
