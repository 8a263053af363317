package torpor.core.job;

import java.util.List;
import java.util.Optional;
import torpor.core.machine.MachineHandle;
import torpor.core.retry.Failure;
import torpor.core.retry.RetryDecision;
import torpor.core.retry.RetryFrom;
import torpor.core.retry.RetryPolicy;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.wake.Signal;
import torpor.core.wake.Wake;

/// The moves that several events have in common.
final class Moves {
  private Moves() {}

  /// Into a first or new life from the very start. Whatever earlier lives left is forgotten, or a
  /// later crash would restore memory from before the start.
  static Draft start(Draft draft, JobFacts facts) {
    int given = draft.job.lastSnapshot();
    if (draft.job.newest().isPresent()) {
      draft.job = draft.job.withNewest(Optional.empty());
      draft.change(new JobChange.StartedOver());
      draft.effect(new Effect.DropSnapshots(new SnapshotNumber(given + 1)));
    }
    beginLife(draft);
    return draft
        .to(new JobState.Starting(facts.now()))
        .happened(
            Happening.STARTING,
            "generation",
            draft.job.generation().toString(),
            "attempt",
            Integer.toString(draft.job.tally().attempt()))
        .effect(new Effect.StartMachine(draft.job.generation()));
  }

  /// Into a new life from a snapshot.
  static Draft restore(Draft draft, SnapshotRef snapshot, JobFacts facts) {
    beginLife(draft);
    return draft
        .to(new JobState.Restoring(snapshot, facts.now()))
        .happened(
            Happening.RESTORING,
            "generation",
            draft.job.generation().toString(),
            "attempt",
            Integer.toString(draft.job.tally().attempt()),
            "snapshot",
            snapshot.number().toString(),
            "taken_at",
            snapshot.takenAt().toString())
        .effect(new Effect.RestoreMachine(draft.job.generation(), snapshot));
  }

  /// What was handed to the memory that is gone belongs to it: locks no longer exist, signals it
  /// took are delivered again.
  private static void beginLife(Draft draft) {
    Job job = draft.job;
    List<Integer> again = job.inbox().stream().filter(Signal::taken).map(Signal::sequence).toList();
    if (!again.isEmpty()) {
      draft.change(new JobChange.SignalsMarked(again, false));
    }
    draft.job =
        job.withTally(job.tally().nextGeneration())
            .withLocks(List.of())
            .withInbox(
                job.lastSignal(), job.inbox().stream().map(s -> s.withTaken(false)).toList());
  }

  /// Goes on after a failure.
  static Draft resume(Draft draft, RetryFrom from, JobFacts facts) {
    Optional<SnapshotRef> newest = draft.job.newest();
    return switch (from) {
      case NEWEST_CHECKPOINT ->
          newest.isPresent() ? restore(draft, newest.orElseThrow(), facts) : start(draft, facts);
      case START -> start(draft, facts);
    };
  }

  /// Ends a sleep: the wake becomes part of the snapshot's answer for ever.
  static Draft wake(Draft draft, JobState.Suspended sleeping, Wake wake, JobFacts facts) {
    SnapshotRef woken = endSleep(draft, sleeping, wake);
    draft.happened(Happening.WOKEN, "by", describe(wake));
    return restore(draft, woken, facts);
  }

  /// A sleep never stays without its wake, also where the job ends in it: a restore of its snapshot
  /// must have an answer to give.
  static SnapshotRef endSleep(Draft draft, JobState.Suspended sleeping, Wake wake) {
    SnapshotRef woken = sleeping.snapshot().wokenBy(wake);
    draft.job = draft.job.withNewest(Optional.of(woken));
    draft.change(
        new JobChange.TokenSettled(
            new SettledToken(woken.token(), woken.number(), Optional.of(wake))));
    return woken;
  }

  static String describe(Wake wake) {
    return switch (wake) {
      case Wake.Timer _ -> "timer";
      case Wake.BySignal(Signal signal) -> "signal " + signal.name();
      case Wake.Manual _ -> "manual";
    };
  }

  /// The machine is gone, unasked.
  static Draft afterLoss(
      Draft draft, Failure failure, Optional<ExitResult> result, JobFacts facts) {
    RetryPolicy policy = facts.definition().retry();
    Job job = draft.job;
    RetryDecision verdict =
        policy.decide(failure, job.tally().failures(), job.tally().losses(), facts.draw());
    return switch (verdict) {
      case RetryDecision.GiveUp(String why) ->
          fail(
              draft,
              new Failure(
                  failure.reason(), failure.detail() + " (" + why + ")", failure.exitCode()),
              result,
              facts);
      case RetryDecision.Again(var delay, RetryFrom from) -> {
        draft.job = job.withTally(job.tally().ended(RetryPolicy.isCharged(failure)));
        if (delay.isZero()) {
          yield resume(draft, from, facts);
        }
        yield draft
            .to(new JobState.PendingRetry(facts.now().plus(delay), from, failure, facts.now()))
            .happened(
                Happening.RETRY_SCHEDULED,
                "reason",
                failure.reason().text(),
                "detail",
                failure.detail(),
                "in",
                delay.toString(),
                "from",
                from.text());
      }
    };
  }

  static Draft terminate(
      Draft draft, Optional<MachineHandle> machine, Ending ending, JobFacts facts) {
    return draft
        .to(new JobState.Terminating(machine, ending, facts.now()))
        .happened(Happening.TERMINATING)
        .effect(new Effect.KillMachine(draft.job.generation(), machine, JobLimits.KILL_GRACE));
  }

  /// What the ending of a terminating job says.
  static Draft ended(Draft draft, Ending ending, JobFacts facts) {
    return switch (ending) {
      case Ending.Cancel(String by) -> cancel(draft, by, facts);
      case Ending.Fail(Failure failure) -> fail(draft, failure, Optional.empty(), facts);
      case Ending.Finish(ExitResult result) -> finish(draft, result, facts);
    };
  }

  /// The program reported its result and is gone.
  static Draft finish(Draft draft, ExitResult result, JobFacts facts) {
    if (result.successful()) {
      return complete(draft, result, facts);
    }
    return afterLoss(draft, MachineRules.exited(result.exitCode()), Optional.of(result), facts);
  }

  static Draft complete(Draft draft, ExitResult result, JobFacts facts) {
    dropAllSnapshots(draft);
    return draft
        .to(new JobState.Completed(result, facts.now()))
        .happened(Happening.COMPLETED, "exit_code", Integer.toString(result.exitCode()));
  }

  static Draft cancel(Draft draft, String by, JobFacts facts) {
    dropAllSnapshots(draft);
    return draft
        .to(new JobState.Cancelled(by, facts.now()))
        .happened(Happening.CANCELLED, "by", by);
  }

  /// Keeps the snapshots: a person may want to retry from them.
  static Draft fail(Draft draft, Failure failure, Optional<ExitResult> result, JobFacts facts) {
    return draft
        .to(new JobState.Failed(failure, result, facts.now()))
        .happened(Happening.FAILED, "reason", failure.reason().text(), "detail", failure.detail());
  }

  private static void dropAllSnapshots(Draft draft) {
    Job job = draft.job;
    if (job.lastSnapshot() > 0) {
      SnapshotNumber below = job.nextSnapshot();
      draft.job = job.withNewest(Optional.empty());
      draft.change(new JobChange.SnapshotsForgotten(below));
      draft.effect(new Effect.DropSnapshots(below));
    }
  }
}
