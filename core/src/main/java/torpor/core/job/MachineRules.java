package torpor.core.job;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import torpor.core.definition.JsonText;
import torpor.core.job.JobState.Checkpointing;
import torpor.core.job.JobState.Running;
import torpor.core.job.JobState.Suspending;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.MachineHandle;
import torpor.core.retry.Failure;
import torpor.core.retry.TerminationReason;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.wake.Signal;
import torpor.core.wake.Wake;
import torpor.core.wake.Waker;

/// What machines, and the effects on them, report.
final class MachineRules {
  private MachineRules() {}

  static Decision decide(Job job, JobEvent.FromMachine event, JobFacts facts) {
    if (!JobRules.sameLife(job, event.generation())) {
      return switch (event) {
        case JobEvent.SnapshotTaken late -> discard(job, late);
        case JobEvent.MachineUp late -> unwanted(job, late);
        case JobEvent.MachineNotUp _,
            JobEvent.SnapshotFailed _,
            JobEvent.MachineEnded _,
            JobEvent.MachineKilled _ ->
            JobRules.NOTHING;
      };
    }
    return switch (event) {
      case JobEvent.MachineUp up -> up(job, up, facts);
      case JobEvent.MachineNotUp(var _, Failure failure) -> notUp(job, failure, facts);
      case JobEvent.SnapshotTaken taken -> taken(job, taken, facts);
      case JobEvent.SnapshotFailed failed -> snapshotFailed(job, failed, facts);
      case JobEvent.MachineEnded(var _, ExitStatus status) -> ended(job, status, facts);
      case JobEvent.MachineKilled _ -> killed(job, facts);
    };
  }

  /// A published snapshot that no commit names is dropped: the commit decides. One that is not
  /// newer than the newest may be named by one, where this event came twice, and is left alone;
  /// what no row knows is cleared away by the reconciler.
  private static Decision discard(Job job, JobEvent.SnapshotTaken late) {
    if (job.newest().filter(kept -> kept.number().compareTo(late.number()) >= 0).isPresent()) {
      return JobRules.NOTHING;
    }
    return new Draft(job).effect(new Effect.DiscardSnapshot(late.number())).done();
  }

  private static Decision up(Job job, JobEvent.MachineUp up, JobFacts facts) {
    return switch (job.state()) {
      case JobState.Starting _ ->
          new Draft(job)
              .to(new Running(up.machine(), Optional.empty(), facts.now()))
              .happened(Happening.RUNNING, "generation", up.generation().toString())
              .done();
      case JobState.Restoring s ->
          new Draft(job)
              .to(new Running(up.machine(), Optional.of(s.snapshot().number()), facts.now()))
              .happened(
                  Happening.RESTORED,
                  "generation",
                  up.generation().toString(),
                  "snapshot",
                  s.snapshot().number().toString())
              .done();
      case JobState.Terminating s when s.machine().isEmpty() ->
          Moves.terminate(new Draft(job), Optional.of(up.machine()), s.ending(), facts).done();
      default -> unwanted(job, up);
    };
  }

  /// A kill may overtake the start it is meant to end and find nothing yet; what comes up
  /// afterwards belongs to nobody and would run on beside the next life.
  private static Decision unwanted(Job job, JobEvent.MachineUp late) {
    boolean wanted =
        JobRules.sameLife(job, late.generation()) && job.state().machineHeld().isPresent();
    return wanted
        ? JobRules.NOTHING
        : new Draft(job)
            .effect(
                new Effect.KillMachine(
                    late.generation(), Optional.of(late.machine()), JobLimits.KILL_GRACE))
            .done();
  }

  private static Decision notUp(Job job, Failure failure, JobFacts facts) {
    return switch (job.state()) {
      case JobState.Starting _, JobState.Restoring _ ->
          Moves.afterLoss(new Draft(job), failure, Optional.empty(), facts).done();
      default -> JobRules.NOTHING;
    };
  }

  private static Decision taken(Job job, JobEvent.SnapshotTaken taken, JobFacts facts) {
    return switch (job.state()) {
      case Checkpointing s when s.checkpoint().number().equals(taken.number()) ->
          goOn(publish(job, s.checkpoint(), taken, facts), s.machine(), s.restoredFrom(), facts);
      case Suspending s when s.checkpoint().number().equals(taken.number()) ->
          sleepOrGoOn(job, s, taken, facts);
      default -> discard(job, taken);
    };
  }

  /// The snapshot, its token and what it makes final become durable together.
  private static Draft publish(
      Job job, Checkpoint checkpoint, JobEvent.SnapshotTaken taken, JobFacts facts) {
    List<Integer> gone = job.inbox().stream().filter(Signal::taken).map(Signal::sequence).toList();
    SnapshotRef ref =
        new SnapshotRef(checkpoint.number(), facts.now(), checkpoint.token(), Optional.empty());
    Draft draft =
        new Draft(
            job.withNewest(Optional.of(ref))
                .withTally(job.tally().progressed())
                .withInbox(
                    job.lastSignal(), job.inbox().stream().filter(s -> !s.taken()).toList()));
    if (!gone.isEmpty()) {
      draft.change(new JobChange.SignalsRemoved(gone));
    }
    draft.change(
        new JobChange.SnapshotRecorded(
            ref.number(),
            job.generation(),
            ref.token(),
            checkpoint.label(),
            taken.facts(),
            facts.now()));
    keepNewest(draft, facts.definition().keepSnapshots());
    return draft.happened(
        Happening.CHECKPOINTED,
        "snapshot",
        ref.number().toString(),
        "bytes",
        Long.toString(taken.facts().bytes()));
  }

  private static void keepNewest(Draft draft, int kept) {
    List<SnapshotNumber> older = draft.job.older();
    int tooMany = older.size() + 1 - kept;
    if (tooMany > 0) {
      List<SnapshotNumber> left = older.subList(tooMany, older.size());
      SnapshotNumber below =
          left.isEmpty() ? draft.job.newest().orElseThrow().number() : left.getFirst();
      draft.job = draft.job.withOlder(left);
      draft.change(new JobChange.SnapshotsForgotten(below)).effect(new Effect.DropSnapshots(below));
    }
  }

  private static Decision goOn(
      Draft draft, MachineHandle machine, Optional<SnapshotNumber> restoredFrom, JobFacts facts) {
    SnapshotRef ref = draft.job.newest().orElseThrow();
    return draft
        .to(new Running(machine, restoredFrom, facts.now()))
        .change(new JobChange.TokenSettled(new SettledToken(ref.token(), ref.number(), ref.wake())))
        .settle(
            ref.token(),
            new Answer.Checkpointed(
                ref.token(), ref.number(), draft.job.generation(), restoredFrom, ref.wake()))
        .effect(new Effect.ResumeMachine(draft.job.generation(), machine))
        .done();
  }

  /// Where the waker is already satisfied there is no sleep: the machine is still there.
  private static Decision sleepOrGoOn(
      Job job, Suspending suspending, JobEvent.SnapshotTaken taken, JobFacts facts) {
    Waker waker = suspending.checkpoint().waker().orElseThrow();
    Draft draft = publish(job, suspending.checkpoint(), taken, facts);
    Optional<Wake> already = alreadyAwake(draft.job, waker, facts);
    if (already.isPresent()) {
      Wake wake = already.orElseThrow();
      consume(draft, wake);
      draft.job = draft.job.withNewest(draft.job.newest().map(ref -> ref.wokenBy(wake)));
      draft.happened(Happening.WOKEN, "by", Moves.describe(wake));
      return goOn(draft, suspending.machine(), suspending.restoredFrom(), facts);
    }
    SnapshotRef ref = draft.job.newest().orElseThrow();
    return draft
        .to(new JobState.Suspended(ref, waker, facts.now()))
        .change(
            new JobChange.TokenSettled(
                new SettledToken(ref.token(), ref.number(), Optional.empty())))
        .happened(
            Happening.SUSPENDED,
            "snapshot",
            ref.number().toString(),
            "until",
            waker.at().map(Object::toString).orElse("-"),
            "signal",
            waker.signal().orElse("-"))
        .effect(new Effect.ReleaseMachine(job.generation(), suspending.machine()))
        .unsettle(ref.token(), Refusals.asleep(draft.job))
        .done();
  }

  private static Optional<Wake> alreadyAwake(Job job, Waker waker, JobFacts facts) {
    Optional<Wake> bySignal = job.signalFor(waker).map(Wake.BySignal::new);
    boolean due = waker.at().filter(at -> !facts.now().isBefore(at)).isPresent();
    return bySignal.isPresent() || !due ? bySignal : Optional.of(new Wake.Timer());
  }

  private static void consume(Draft draft, Wake wake) {
    if (wake instanceof Wake.BySignal(Signal signal)) {
      draft.job =
          draft.job.withInbox(
              draft.job.lastSignal(),
              draft.job.inbox().stream().filter(s -> s.sequence() != signal.sequence()).toList());
      draft.change(new JobChange.SignalsRemoved(List.of(signal.sequence())));
    }
  }

  private static Decision snapshotFailed(Job job, JobEvent.SnapshotFailed failed, JobFacts facts) {
    return switch (job.state()) {
      case Checkpointing s when s.checkpoint().number().equals(failed.number()) ->
          notTaken(job, s.checkpoint(), s.machine(), s.restoredFrom(), failed, facts);
      case Suspending s when s.checkpoint().number().equals(failed.number()) ->
          notTaken(job, s.checkpoint(), s.machine(), s.restoredFrom(), failed, facts);
      default -> JobRules.NOTHING;
    };
  }

  private static Decision notTaken(
      Job job,
      Checkpoint checkpoint,
      MachineHandle machine,
      Optional<SnapshotNumber> restoredFrom,
      JobEvent.SnapshotFailed failed,
      JobFacts facts) {
    Draft draft =
        new Draft(job)
            .unsettle(checkpoint.token(), failed.why())
            .happened(
                Happening.CHECKPOINT_FAILED,
                "snapshot",
                failed.number().toString(),
                "detail",
                failed.why().detail());
    if (failed.machineLost()) {
      return Moves.afterLoss(
              draft,
              Failure.of(TerminationReason.CHECKPOINT_FAILED, failed.why().detail()),
              Optional.empty(),
              facts)
          .done();
    }
    return draft
        .to(new Running(machine, restoredFrom, facts.now()))
        .effect(new Effect.ResumeMachine(job.generation(), machine))
        .done();
  }

  private static Decision ended(Job job, ExitStatus status, JobFacts facts) {
    return switch (job.state()) {
      case Running _ -> endedUnasked(new Draft(job), status, facts);
      case Checkpointing s ->
          endedUnasked(
              new Draft(job).unsettle(s.checkpoint().token(), Refusals.machineDied(job)),
              status,
              facts);
      case Suspending s ->
          endedUnasked(
              new Draft(job).unsettle(s.checkpoint().token(), Refusals.machineDied(job)),
              status,
              facts);
      case JobState.Exiting s -> Moves.finish(new Draft(job), s.result(), facts).done();
      // The exit overtook the word that the machine is up; that word must come first.
      case JobState.Starting _, JobState.Restoring _ ->
          new Decision.Deferred(
              JobLimits.CALL_WAIT, Optional.empty(), endedUnasked(new Draft(job), status, facts));
      case JobState.Pending _,
          JobState.Suspended _,
          JobState.PendingRetry _,
          JobState.Terminating _,
          JobState.Completed _,
          JobState.Failed _,
          JobState.Cancelled _ ->
          JobRules.NOTHING;
    };
  }

  private static Decision endedUnasked(Draft draft, ExitStatus status, JobFacts facts) {
    if (status instanceof ExitStatus.Exited(int code) && code == 0) {
      return Moves.complete(draft, new ExitResult(0, JsonText.NULL), facts).done();
    }
    Failure failure = failureOf(status);
    draft.happened(
        Happening.MACHINE_ENDED, "reason", failure.reason().text(), "detail", failure.detail());
    return Moves.afterLoss(draft, failure, Optional.empty(), facts).done();
  }

  static Failure exited(int code) {
    return new Failure(
        TerminationReason.EXITED, "the program ended with code " + code, OptionalInt.of(code));
  }

  private static Failure failureOf(ExitStatus status) {
    return switch (status) {
      case ExitStatus.Exited(int code) -> exited(code);
      case ExitStatus.Signalled(String what) -> Failure.of(TerminationReason.SIGNALLED, what);
      case ExitStatus.OutOfMemory(String detail) ->
          Failure.of(TerminationReason.OOM_KILLED, detail);
      case ExitStatus.OutOfTime(String detail) -> Failure.of(TerminationReason.DEADLINE, detail);
      case ExitStatus.Lost(String detail) -> Failure.of(TerminationReason.NODE_LOST, detail);
    };
  }

  private static Decision killed(Job job, JobFacts facts) {
    return job.state() instanceof JobState.Terminating s
        ? Moves.ended(new Draft(job), s.ending(), facts).done()
        : JobRules.NOTHING;
  }
}
