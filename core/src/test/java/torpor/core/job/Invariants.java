package torpor.core.job;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import torpor.core.job.Decision.Accepted;
import torpor.core.machine.MachineHandle;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;

/// What holds for every decision, whatever the state and the event.
final class Invariants {
  private final Job before;
  private final JobEvent event;

  private Invariants(Job before, JobEvent event) {
    this.before = before;
    this.event = event;
  }

  /// @throws AssertionError with the first sentence that does not hold
  static void check(Job before, JobEvent event, Decision decision) {
    Invariants invariants = new Invariants(before, event);
    switch (decision) {
      case Accepted accepted -> invariants.accepted(accepted);
      case Decision.Noted(Job next, var _) ->
          invariants.require(
              next.progress().isPresent()
                  && next.equals(before.withProgress(next.progress().orElseThrow())),
              "what is only noted is progress alone");
      case Decision.Deferred(var patience, var _, Decision otherwise) -> {
        invariants.require(
            !(otherwise instanceof Decision.Deferred), "a wait ends in something that is no wait");
        invariants.require(!patience.isNegative(), "patience is not negative");
        check(before, event, otherwise);
      }
      case Decision.Answered _, Decision.Rejected _ ->
          invariants.require(
              !(event instanceof JobEvent.MachineUp up)
                  || (up.generation().equals(before.generation())
                      && before.state().machineHeld().isPresent()),
              "P8: a machine that nobody waits for does not stay");
    }
  }

  private void accepted(Accepted accepted) {
    Job next = accepted.next();
    identity(next);
    generation(accepted);
    restore(accepted);
    newest(accepted);
    snapshotsOnDisk(accepted);
    tokens(accepted);
    machines(accepted);
    inFlight(accepted);
    sleep(accepted);
    InboxInvariants.check(this, before, accepted);
    waiters(accepted);
    RestInvariants.check(this, event, accepted);
  }

  private void identity(Job next) {
    require(
        next.id().equals(before.id())
            && next.definition().equals(before.definition())
            && next.spawnedAt().equals(before.spawnedAt()),
        "a job keeps its identity");
    require(next.lastSnapshot() >= before.lastSnapshot(), "snapshot numbers are never reused");
    require(next.lastSignal() >= before.lastSignal(), "signal numbers are never reused");
    require(next.tally().attempt() >= before.tally().attempt(), "attempts only grow");
  }

  private void generation(Accepted accepted) {
    List<Effect> births =
        accepted.effects().stream()
            .filter(e -> e instanceof Effect.StartMachine || e instanceof Effect.RestoreMachine)
            .toList();
    int grown = accepted.next().generation().number() - before.generation().number();
    require(grown == births.size(), "the generation grows exactly with a start or restore");
    require(births.size() <= 1, "one decision begins one life at most");
    for (Effect birth : births) {
      var generation =
          birth instanceof Effect.StartMachine start
              ? start.generation()
              : ((Effect.RestoreMachine) birth).generation();
      require(
          generation.equals(accepted.next().generation()), "a birth carries the new generation");
    }
  }

  private void restore(Accepted accepted) {
    effects(accepted, Effect.RestoreMachine.class)
        .forEach(restore -> {
          require(
              accepted.next().newest().equals(Optional.of(restore.snapshot())),
              "P1: a restore uses the newest snapshot");
          require(
              accepted.next().state() instanceof JobState.Restoring s
                  && s.snapshot().equals(restore.snapshot()),
              "P1: the state names what is restored");
          Optional<SnapshotRef> named =
              event instanceof JobEvent.RetryAsked asked ? asked.from() : Optional.empty();
          int expected = named.or(before::newest).orElseThrow().number().number();
          require(
              restore.snapshot().number().number() == expected,
              "P1: an older snapshot only when it is asked for by name");
        });
  }

  private void newest(Accepted accepted) {
    Optional<SnapshotRef> was = before.newest();
    Optional<SnapshotRef> is = accepted.next().newest();
    boolean wentBack =
        was.isPresent()
            && (is.isEmpty()
                || is.orElseThrow().number().compareTo(was.orElseThrow().number()) < 0);
    if (wentBack) {
      boolean forgottenAtEnd =
          accepted.next().state().phase().kind() == JobPhase.Kind.ENDED
              && has(accepted, JobChange.SnapshotsForgotten.class);
      require(
          has(accepted, JobChange.RolledBack.class)
              || has(accepted, JobChange.StartedOver.class)
              || forgottenAtEnd,
          "P1: the newest snapshot goes back only with a row that says so");
    }
    boolean advanced =
        is.isPresent()
            && (was.isEmpty()
                || is.orElseThrow().number().compareTo(was.orElseThrow().number()) > 0);
    require(
        !advanced
            || event instanceof JobEvent.RetryAsked
            || has(accepted, JobChange.SnapshotRecorded.class),
        "a snapshot becomes the newest only with its row");
    if (has(accepted, JobChange.StartedOver.class)) {
      require(is.isEmpty(), "who starts over has no snapshot");
    }
    if (effects(accepted, Effect.StartMachine.class).findAny().isPresent()) {
      require(is.isEmpty(), "a start leaves no snapshot that a crash could restore");
      require(
          was.isEmpty() || has(accepted, JobChange.StartedOver.class),
          "a start over forgets snapshots and tokens in the same commit");
    }
  }

  private void snapshotsOnDisk(Accepted accepted) {
    Optional<SnapshotNumber> kept = accepted.next().newest().map(SnapshotRef::number);
    effects(accepted, Effect.DropSnapshots.class)
        .forEach(drop ->
            require(
                kept.isEmpty() || drop.below().compareTo(kept.orElseThrow()) <= 0,
                "P2: the newest snapshot is never dropped"));
    effects(accepted, Effect.DropSnapshotsAfter.class)
        .forEach(drop ->
            require(
                kept.isPresent() && drop.last().compareTo(kept.orElseThrow()) >= 0,
                "P2: going back keeps the one gone back to"));
    effects(accepted, Effect.DiscardSnapshot.class)
        .forEach(drop ->
            require(
                kept.isEmpty() || drop.number().compareTo(kept.orElseThrow()) > 0,
                "P2: what a commit names is not discarded"));
    changes(accepted, JobChange.SnapshotsForgotten.class)
        .forEach(change ->
            require(
                accepted.effects().contains(new Effect.DropSnapshots(change.below())),
                "snapshots that no row knows any more leave the disk"));
  }

  private void tokens(Accepted accepted) {
    changes(accepted, JobChange.TokenSettled.class)
        .map(JobChange.TokenSettled::settled)
        .forEach(settled -> {
          boolean recorded =
              changes(accepted, JobChange.SnapshotRecorded.class)
                  .anyMatch(r ->
                      r.number().equals(settled.snapshot()) && r.token().equals(settled.token()));
          boolean woken =
              settled.wake().isPresent()
                  && before.state() instanceof JobState.Suspended s
                  && s.snapshot().number().equals(settled.snapshot())
                  && s.snapshot().token().equals(settled.token());
          require(
              recorded || woken,
              "P2: a token becomes durable with its snapshot, or with the wake from it");
        });
    require(
        !has(accepted, JobChange.SnapshotRecorded.class)
            || has(accepted, JobChange.TokenSettled.class),
        "P4: a snapshot's token is settled in the same commit");
  }

  private void machines(Accepted accepted) {
    Set<MachineHandle> known = new HashSet<>();
    before.state().machineHeld().ifPresent(known::add);
    accepted.next().state().machineHeld().ifPresent(known::add);
    switch (event) {
      case JobEvent.MachineUp up -> known.add(up.machine());
      case JobEvent.FoundAlive found -> known.add(found.machine());
      default -> {}
    }
    Stream<MachineHandle> touched = accepted.effects().stream().flatMap(e -> machineOf(e).stream());
    require(touched.allMatch(known::contains), "an effect touches only machines of this job");
    boolean letGo =
        before.state().machineHeld().isPresent() && accepted.next().state().machineHeld().isEmpty();
    if (letGo) {
      boolean gone =
          switch (event) {
            case JobEvent.MachineEnded _, JobEvent.MachineKilled _, JobEvent.FoundGone _ -> true;
            case JobEvent.SnapshotFailed failed -> failed.machineLost();
            default -> effects(accepted, Effect.ReleaseMachine.class).findAny().isPresent();
          };
      require(gone, "P8: a machine is let go only when it is gone or is being released");
    }
    if (event instanceof JobEvent.MachineUp up) {
      boolean killed =
          effects(accepted, Effect.KillMachine.class)
              .anyMatch(kill ->
                  kill.machine().equals(Optional.of(up.machine()))
                      && kill.generation().equals(up.generation()));
      require(
          killed || accepted.next().state().machineHeld().equals(Optional.of(up.machine())),
          "P8: a machine that came up is held or killed");
    }
  }

  private static Optional<MachineHandle> machineOf(Effect effect) {
    return switch (effect) {
      case Effect.TakeSnapshot e -> Optional.of(e.machine());
      case Effect.ResumeMachine e -> Optional.of(e.machine());
      case Effect.ReleaseMachine e -> Optional.of(e.machine());
      case Effect.KillMachine e -> e.machine();
      case Effect.StartMachine _,
          Effect.RestoreMachine _,
          Effect.DropSnapshots _,
          Effect.DropSnapshotsAfter _,
          Effect.DiscardSnapshot _,
          Effect.RemoveDirectory _ ->
          Optional.empty();
    };
  }

  private void inFlight(Accepted accepted) {
    Job next = accepted.next();
    if (next.state().equals(before.state())) {
      return;
    }
    switch (next.state()) {
      case JobState.Starting _ ->
          require(
              accepted.effects().contains(new Effect.StartMachine(next.generation())),
              "starting has a start under way");
      case JobState.Restoring s ->
          require(
              accepted
                  .effects()
                  .contains(new Effect.RestoreMachine(next.generation(), s.snapshot())),
              "restoring has a restore under way");
      case JobState.Checkpointing s ->
          require(
              accepted
                  .effects()
                  .contains(
                      new Effect.TakeSnapshot(
                          next.generation(), s.machine(), s.checkpoint().number(), true)),
              "checkpointing has a snapshot under way");
      case JobState.Suspending s ->
          require(
              s.checkpoint().waker().isPresent()
                  && accepted
                      .effects()
                      .contains(
                          new Effect.TakeSnapshot(
                              next.generation(), s.machine(), s.checkpoint().number(), false)),
              "suspending has a waker and a snapshot under way");
      case JobState.Terminating s ->
          require(
              accepted
                  .effects()
                  .contains(
                      new Effect.KillMachine(next.generation(), s.machine(), JobLimits.KILL_GRACE)),
              "terminating has a kill under way");
      case JobState.Running s -> {
        boolean wasFrozen =
            before.state() instanceof JobState.Checkpointing
                || before.state() instanceof JobState.Suspending;
        require(
            !wasFrozen
                || accepted
                    .effects()
                    .contains(new Effect.ResumeMachine(next.generation(), s.machine())),
            "a machine that was frozen is resumed");
      }
      case JobState.Exiting _ -> require(next.due().isPresent(), "exiting has a time limit");
      case JobState.Pending _,
          JobState.Suspended _,
          JobState.PendingRetry _,
          JobState.Completed _,
          JobState.Failed _,
          JobState.Cancelled _ -> {}
    }
  }

  private void sleep(Accepted accepted) {
    if (accepted.next().state() instanceof JobState.Suspended s) {
      require(
          accepted.next().newest().equals(Optional.of(s.snapshot())),
          "a sleeping job sleeps on its newest snapshot");
      require(
          before.state() instanceof JobState.Suspended
              || effects(accepted, Effect.ReleaseMachine.class)
                  .anyMatch(e -> before.state().machineHeld().equals(Optional.of(e.machine()))),
          "a sleeping job holds no machine");
    }
    if (before.state() instanceof JobState.Suspended
        && accepted.next().state() instanceof JobState.Restoring s) {
      require(s.snapshot().wake().isPresent(), "P5: who is woken is told by what");
    }
  }

  /// Recovery is exempt: callers of an earlier daemon have nobody left to tell them.
  private void waiters(Accepted accepted) {
    Optional<Checkpoint> checkpoint =
        switch (before.state()) {
          case JobState.Checkpointing s -> Optional.of(s.checkpoint());
          case JobState.Suspending s -> Optional.of(s.checkpoint());
          default -> Optional.empty();
        };
    boolean over = accepted.next().state().phase() != before.state().phase();
    if (checkpoint.isPresent() && over && !(event instanceof JobEvent.FromRecovery)) {
      require(
          accepted.settlements().stream()
              .anyMatch(s -> s.token().equals(checkpoint.orElseThrow().token())),
          "whoever joined a checkpoint is told how it ended");
    }
  }

  static <T extends JobChange> Stream<T> changes(Accepted accepted, Class<T> kind) {
    return accepted.changes().stream().filter(kind::isInstance).map(kind::cast);
  }

  static boolean has(Accepted accepted, Class<? extends JobChange> kind) {
    return changes(accepted, kind).findAny().isPresent();
  }

  private static <T extends Effect> Stream<T> effects(Accepted accepted, Class<T> kind) {
    return accepted.effects().stream().filter(kind::isInstance).map(kind::cast);
  }

  void require(boolean holds, String sentence) {
    if (!holds) {
      throw new AssertionError("%s%n  before: %s%n  event: %s".formatted(sentence, before, event));
    }
  }
}
