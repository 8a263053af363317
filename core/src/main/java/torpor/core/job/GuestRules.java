package torpor.core.job;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import torpor.core.job.JobState.Checkpointing;
import torpor.core.job.JobState.Running;
import torpor.core.job.JobState.Suspending;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.wake.Signal;

/// What the program inside asks for.
///
/// A program may call before the commit that says it runs, or while its memory is being captured;
/// such calls wait, so that none falls on the wrong side of a snapshot.
final class GuestRules {
  private GuestRules() {}

  static Decision decide(Job job, JobEvent.FromGuest event, JobFacts facts) {
    Optional<Decision> repeated = repeated(job, event, facts);
    if (repeated.isPresent()) {
      return repeated.orElseThrow();
    }
    return switch (job.state()) {
      case Running running -> whileRunning(job, running, event, facts);
      case JobState.Starting _, JobState.Restoring _, Checkpointing _, Suspending _ -> later(job);
      case JobState.Pending _, JobState.Suspended _, JobState.PendingRetry _ ->
          new Decision.Rejected(Refusals.asleep(job));
      case JobState.Exiting _, JobState.Terminating _ ->
          new Decision.Rejected(Refusals.ending(job));
      case JobState.Completed _, JobState.Failed _, JobState.Cancelled _ ->
          new Decision.Rejected(Refusals.ended(job));
    };
  }

  private static Decision later(Job job) {
    return new Decision.Deferred(
        JobLimits.CALL_WAIT, Optional.empty(), new Decision.Rejected(Refusals.busy(job)));
  }

  /// Calls whose outcome is already known or on its way, whatever the state.
  private static Optional<Decision> repeated(Job job, JobEvent.FromGuest event, JobFacts facts) {
    return switch (event) {
      case JobEvent.CheckpointAsked asked -> repeatedCheckpoint(job, asked, facts);
      case JobEvent.ExitAsked asked -> repeatedExit(job, asked);
      case JobEvent.LockAsked _,
          JobEvent.UnlockAsked _,
          JobEvent.SignalsAsked _,
          JobEvent.ProgressMade _ ->
          Optional.empty();
    };
  }

  private static Optional<Decision> repeatedCheckpoint(
      Job job, JobEvent.CheckpointAsked asked, JobFacts facts) {
    Optional<Checkpoint> inProgress =
        switch (job.state()) {
          case Checkpointing s -> Optional.of(s.checkpoint());
          case Suspending s -> Optional.of(s.checkpoint());
          default -> Optional.empty();
        };
    if (inProgress.filter(c -> c.token().equals(asked.token())).isPresent()) {
      return Optional.of(new Decision.Answered(new Answer.Joining(asked.token())));
    }
    if (!(job.state() instanceof Running running)) {
      return Optional.empty();
    }
    return facts.settled().map(known -> answerOf(job, running.restoredFrom(), known));
  }

  private static Decision answerOf(
      Job job, Optional<SnapshotNumber> restoredFrom, SettledToken known) {
    return new Decision.Answered(
        new Answer.Checkpointed(
            known.token(), known.snapshot(), job.generation(), restoredFrom, known.wake()));
  }

  private static Optional<Decision> repeatedExit(Job job, JobEvent.ExitAsked asked) {
    Optional<ExitResult> known =
        switch (job.state()) {
          case JobState.Exiting s -> Optional.of(s.result());
          case JobState.Terminating(var _, Ending.Finish(ExitResult result), var _) ->
              Optional.of(result);
          case JobState.Completed s -> Optional.of(s.result());
          case JobState.Failed s -> s.result();
          default -> Optional.empty();
        };
    return known.filter(asked.result()::equals).map(_ -> JobRules.NOTHING);
  }

  private static Decision whileRunning(
      Job job, Running running, JobEvent.FromGuest event, JobFacts facts) {
    return switch (event) {
      case JobEvent.CheckpointAsked asked -> checkpoint(job, running, asked, facts);
      case JobEvent.LockAsked asked -> lock(job, asked, facts.now());
      case JobEvent.UnlockAsked asked -> unlock(job, asked);
      case JobEvent.ExitAsked(var _, ExitResult result) ->
          new Draft(job)
              .to(new JobState.Exiting(running.machine(), result, facts.now()))
              .happened(Happening.EXITING, "exit_code", Integer.toString(result.exitCode()))
              .done();
      case JobEvent.SignalsAsked asked -> takeSignals(job, asked);
      case JobEvent.ProgressMade(var _, Progress progress) ->
          new Decision.Noted(job.withProgress(progress), new Answer.Done());
    };
  }

  private static Decision checkpoint(
      Job job, Running running, JobEvent.CheckpointAsked asked, JobFacts facts) {
    if (facts.checkpointRefusal().isPresent()) {
      return new Decision.Rejected(facts.checkpointRefusal().orElseThrow());
    }
    Optional<Instant> lockedUntil =
        job.locks().stream()
            .filter(lock -> lock.heldAt(facts.now()))
            .map(CheckpointLock::expiresAt)
            .max(Instant::compareTo);
    if (lockedUntil.isPresent()) {
      return new Decision.Deferred(
          JobLimits.CALL_WAIT, lockedUntil, new Decision.Rejected(Refusals.locked(job)));
    }
    Checkpoint checkpoint =
        new Checkpoint(job.nextSnapshot(), asked.token(), asked.label(), asked.waker());
    boolean goesOn = asked.waker().isEmpty();
    return new Draft(job.withLastSnapshot(checkpoint.number()))
        .to(
            goesOn
                ? new Checkpointing(
                    running.machine(), running.restoredFrom(), checkpoint, facts.now())
                : new Suspending(
                    running.machine(), running.restoredFrom(), checkpoint, facts.now()))
        .happened(Happening.CHECKPOINT_STARTED, "snapshot", checkpoint.number().toString())
        .effect(
            new Effect.TakeSnapshot(
                job.generation(), running.machine(), checkpoint.number(), goesOn))
        .answer(new Answer.Joining(asked.token()));
  }

  private static Decision lock(Job job, JobEvent.LockAsked asked, Instant now) {
    List<CheckpointLock> held =
        new ArrayList<>(
            job.locks().stream()
                .filter(lock -> lock.heldAt(now) && !lock.id().equals(asked.lockId()))
                .toList());
    if (held.size() >= JobLimits.MAX_LOCKS) {
      return new Decision.Rejected(
          Refusal.of(
              RefusalCode.JOB_BUSY,
              "%s already holds %d locks".formatted(job.id(), held.size()),
              "Release one first."));
    }
    CheckpointLock lock = new CheckpointLock(asked.lockId(), now.plus(asked.ttl()));
    held.add(lock);
    return new Draft(job.withLocks(held)).answer(new Answer.Locked(lock));
  }

  private static Decision unlock(Job job, JobEvent.UnlockAsked asked) {
    List<CheckpointLock> left =
        job.locks().stream().filter(lock -> !lock.id().equals(asked.lockId())).toList();
    if (left.size() == job.locks().size()) {
      return new Decision.Rejected(
          Refusal.of(
              RefusalCode.LOCK_NOT_FOUND,
              "%s holds no lock '%s'".formatted(job.id(), asked.lockId()),
              "Nothing to do: locks die with their ttl and with the life that took them."));
    }
    return new Draft(job.withLocks(left)).done();
  }

  private static Decision takeSignals(Job job, JobEvent.SignalsAsked asked) {
    List<Signal> ready =
        job.inbox().stream()
            .filter(s -> asked.name().map(s.name()::equals).orElse(true))
            .filter(s ->
                asked.after().isPresent() ? s.sequence() > asked.after().getAsInt() : !s.taken())
            .toList();
    Decision none = new Decision.Answered(new Answer.Signals(List.of()));
    if (ready.isEmpty()) {
      return asked.patience().compareTo(Duration.ZERO) > 0
          ? new Decision.Deferred(asked.patience(), Optional.empty(), none)
          : none;
    }
    List<Integer> taken = ready.stream().filter(s -> !s.taken()).map(Signal::sequence).toList();
    if (taken.isEmpty()) {
      return new Decision.Answered(new Answer.Signals(ready));
    }
    List<Signal> inbox =
        job.inbox().stream()
            .map(s -> taken.contains(s.sequence()) ? s.withTaken(true) : s)
            .toList();
    Draft draft = new Draft(job.withInbox(job.lastSignal(), inbox));
    draft.change(new JobChange.SignalsMarked(taken, true));
    forgetOldest(draft);
    return draft.answer(new Answer.Signals(ready));
  }

  /// What was taken is kept for a restore until the next checkpoint. A program that never
  /// checkpoints would keep everything it ever took, so only the newest of that is kept.
  private static void forgetOldest(Draft draft) {
    List<Integer> taken =
        draft.job.inbox().stream().filter(Signal::taken).map(Signal::sequence).toList();
    int tooMany = taken.size() - JobLimits.MAX_INBOX;
    if (tooMany > 0) {
      List<Integer> forgotten = taken.subList(0, tooMany);
      draft.change(new JobChange.SignalsRemoved(forgotten));
      draft.job =
          draft.job.withInbox(
              draft.job.lastSignal(),
              draft.job.inbox().stream().filter(s -> !forgotten.contains(s.sequence())).toList());
    }
  }
}
