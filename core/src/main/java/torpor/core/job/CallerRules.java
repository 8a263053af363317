package torpor.core.job;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import torpor.core.job.JobState.Suspended;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.retry.RetryFrom;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.wake.Signal;
import torpor.core.wake.Wake;

/// What people and programs outside ask for.
final class CallerRules {
  private CallerRules() {}

  static Decision decide(Job job, JobEvent.FromCaller event, JobFacts facts) {
    return switch (event) {
      case JobEvent.SignalSent sent -> signal(job, sent, facts);
      case JobEvent.WakeAsked _ -> wake(job, facts);
      case JobEvent.CancelAsked(String by) -> cancel(job, by, facts);
      case JobEvent.RetryAsked asked -> retry(job, asked, facts);
      case JobEvent.RemoveAsked _ -> remove(job);
    };
  }

  private static Decision signal(Job job, JobEvent.SignalSent sent, JobFacts facts) {
    if (job.state().phase().kind() == JobPhase.Kind.ENDED) {
      return new Decision.Rejected(Refusals.ended(job));
    }
    int sequence = job.lastSignal() + 1;
    Signal signal = new Signal(sequence, sent.name(), sent.payload(), facts.now(), false);
    Draft draft = new Draft(job);
    draft.happened(
        Happening.SIGNALLED, "name", sent.name(), "sequence", Integer.toString(sequence));
    if (job.state() instanceof Suspended sleeping && sleeping.waker().accepts(signal)) {
      draft.job = job.withInbox(sequence, job.inbox());
      return Moves.wake(draft, sleeping, new Wake.BySignal(signal), facts)
          .answer(new Answer.SignalAccepted(sequence));
    }
    long untaken = job.inbox().stream().filter(s -> !s.taken()).count();
    if (untaken >= JobLimits.MAX_INBOX) {
      return new Decision.Rejected(
          Refusal.of(
              RefusalCode.SIGNALS_FULL,
              "%s has %d signals that it has not taken".formatted(job.id(), untaken),
              "Send it again once the program has taken some."));
    }
    List<Signal> inbox = new ArrayList<>(job.inbox());
    inbox.add(signal);
    draft.job = job.withInbox(sequence, inbox);
    return draft
        .change(new JobChange.SignalAdded(signal))
        .answer(new Answer.SignalAccepted(sequence));
  }

  private static Decision wake(Job job, JobFacts facts) {
    return switch (job.state()) {
      case Suspended s -> Moves.wake(new Draft(job), s, new Wake.Manual(), facts).done();
      case JobState.PendingRetry s -> Moves.resume(new Draft(job), s.from(), facts).done();
      case JobState.Suspending _ ->
          new Decision.Deferred(
              JobLimits.CALL_WAIT, Optional.empty(), new Decision.Rejected(notSuspended(job)));
      case JobState.Pending _,
          JobState.Starting _,
          JobState.Running _,
          JobState.Checkpointing _,
          JobState.Restoring _,
          JobState.Exiting _,
          JobState.Terminating _,
          JobState.Completed _,
          JobState.Failed _,
          JobState.Cancelled _ ->
          new Decision.Rejected(notSuspended(job));
    };
  }

  private static Refusal notSuspended(Job job) {
    return Refusal.of(
        RefusalCode.JOB_NOT_SUSPENDED,
        "%s is %s, so there is no sleep to end".formatted(job.id(), job.state().phase().text()),
        "Wake a job whose state is suspended or pending_retry.");
  }

  private static Decision cancel(Job job, String by, JobFacts facts) {
    Draft draft = new Draft(job);
    return switch (job.state()) {
      case JobState.Pending _, JobState.PendingRetry _, Suspended _ ->
          Moves.cancel(draft, by, facts).done();
      case JobState.Starting _, JobState.Restoring _ ->
          Moves.terminate(draft, Optional.empty(), new Ending.Cancel(by), facts).done();
      case JobState.Running s ->
          Moves.terminate(draft, Optional.of(s.machine()), new Ending.Cancel(by), facts).done();
      case JobState.Checkpointing s -> {
        draft.unsettle(s.checkpoint().token(), Refusals.ending(job));
        yield Moves.terminate(draft, Optional.of(s.machine()), new Ending.Cancel(by), facts).done();
      }
      case JobState.Suspending s -> {
        draft.unsettle(s.checkpoint().token(), Refusals.ending(job));
        yield Moves.terminate(draft, Optional.of(s.machine()), new Ending.Cancel(by), facts).done();
      }
      case JobState.Terminating s ->
          s.ending() instanceof Ending.Cancel
              ? JobRules.NOTHING
              : new Decision.Rejected(Refusals.ending(job));
      case JobState.Cancelled _ -> JobRules.NOTHING;
      case JobState.Exiting _ -> new Decision.Rejected(Refusals.ending(job));
      case JobState.Completed _, JobState.Failed _ -> new Decision.Rejected(Refusals.ended(job));
    };
  }

  private static Decision retry(Job job, JobEvent.RetryAsked asked, JobFacts facts) {
    return switch (job.state()) {
      case JobState.Failed _ -> {
        // The caller's own timeout, where there was one, is as long as the first time.
        Optional<Instant> deadline =
            job.deadline().map(until -> facts.now().plus(Duration.between(job.spawnedAt(), until)));
        Job forgiven = job.withTally(job.tally().forgiven()).withDeadline(deadline);
        yield goOn(new Draft(forgiven), asked, facts).done();
      }
      case JobState.PendingRetry _ -> goOn(new Draft(job), asked, facts).done();
      case JobState.Pending _,
          JobState.Starting _,
          JobState.Running _,
          JobState.Checkpointing _,
          JobState.Suspending _,
          Suspended _,
          JobState.Restoring _,
          JobState.Exiting _,
          JobState.Terminating _,
          JobState.Completed _,
          JobState.Cancelled _ ->
          new Decision.Rejected(
              Refusal.of(
                  RefusalCode.JOB_NOT_FAILED,
                  "%s is %s, so there is nothing to retry"
                      .formatted(job.id(), job.state().phase().text()),
                  "Retry a job whose state is failed or pending_retry."));
    };
  }

  private static Draft goOn(Draft draft, JobEvent.RetryAsked asked, JobFacts facts) {
    if (asked.fromStart()) {
      return Moves.resume(draft, RetryFrom.START, facts);
    }
    if (asked.from().isEmpty()) {
      return Moves.resume(draft, RetryFrom.NEWEST_CHECKPOINT, facts);
    }
    SnapshotRef chosen = asked.from().orElseThrow();
    SnapshotNumber number = chosen.number();
    draft.job = draft.job.withNewest(Optional.of(chosen));
    draft.change(new JobChange.RolledBack(number)).effect(new Effect.DropSnapshotsAfter(number));
    return Moves.restore(draft, chosen, facts);
  }

  private static Decision remove(Job job) {
    if (job.state().phase().kind() != JobPhase.Kind.ENDED) {
      return new Decision.Rejected(
          Refusal.of(
              RefusalCode.JOB_NOT_ENDED,
              "%s is %s".formatted(job.id(), job.state().phase().text()),
              "Cancel it first, then delete it."));
    }
    return new Draft(job)
        .change(new JobChange.Removed())
        .happened(Happening.REMOVED)
        .effect(new Effect.RemoveDirectory())
        .done();
  }
}
