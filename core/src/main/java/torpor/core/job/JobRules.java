package torpor.core.job;

import java.time.Instant;
import java.util.Optional;
import torpor.core.definition.DefinitionId;
import torpor.core.machine.Generation;
import torpor.core.retry.Failure;
import torpor.core.retry.TerminationReason;
import torpor.core.wake.Wake;

/// What becomes of a job when something happens to it: one total, pure function.
public final class JobRules {
  private JobRules() {}

  /// A new job. The returned decision is written by insert.
  public static Decision.Accepted spawn(
      JobId id, DefinitionId definition, Optional<Instant> deadline, Instant now) {
    return (Decision.Accepted)
        new Draft(Job.spawned(id, definition, now, deadline)).happened(Happening.SPAWNED).done();
  }

  /// Decides one event. Never throws for a combination of state and event, however odd: what comes
  /// late or twice is answered and changes nothing.
  public static Decision decide(Job job, JobEvent event, JobFacts facts) {
    return switch (event) {
      case JobEvent.FromGuest guest -> {
        boolean stale = guest.from().filter(g -> !g.equals(job.generation())).isPresent();
        yield stale ? Refusals.stale(job, guest) : GuestRules.decide(job, guest, facts);
      }
      case JobEvent.FromCaller caller -> CallerRules.decide(job, caller, facts);
      case JobEvent.FromMachine machine -> MachineRules.decide(job, machine, facts);
      case JobEvent.FromRecovery found -> RecoveryRules.decide(job, found, facts);
      case JobEvent.Admitted _ -> admitted(job, facts);
      case JobEvent.TimerFired _ -> timerFired(job, facts);
    };
  }

  static final Decision NOTHING = new Decision.Answered(new Answer.Done());

  private static Decision admitted(Job job, JobFacts facts) {
    return job.state() instanceof JobState.Pending
        ? Moves.start(new Draft(job), facts).done()
        : NOTHING;
  }

  private static Decision timerFired(Job job, JobFacts facts) {
    Instant now = facts.now();
    if (job.due().filter(due -> !now.isBefore(due)).isEmpty()) {
      return NOTHING;
    }
    if (job.deadline().filter(deadline -> !now.isBefore(deadline)).isPresent()
        && !(job.state() instanceof JobState.Exiting)) {
      return deadlinePassed(job, facts);
    }
    return switch (job.state()) {
      case JobState.Suspended s -> Moves.wake(new Draft(job), s, new Wake.Timer(), facts).done();
      case JobState.PendingRetry s -> Moves.resume(new Draft(job), s.from(), facts).done();
      case JobState.Exiting s ->
          Moves.terminate(
                  new Draft(job), Optional.of(s.machine()), new Ending.Finish(s.result()), facts)
              .done();
      case JobState.Pending _,
          JobState.Starting _,
          JobState.Running _,
          JobState.Checkpointing _,
          JobState.Suspending _,
          JobState.Restoring _,
          JobState.Terminating _,
          JobState.Completed _,
          JobState.Failed _,
          JobState.Cancelled _ ->
          NOTHING;
    };
  }

  private static Decision deadlinePassed(Job job, JobFacts facts) {
    Failure failure =
        Failure.of(TerminationReason.DEADLINE, "the job's timeout passed before it ended");
    Draft draft = new Draft(job);
    return switch (job.state()) {
      case JobState.Pending _, JobState.PendingRetry _ ->
          Moves.fail(draft, failure, Optional.empty(), facts).done();
      case JobState.Suspended s -> {
        // Whoever retries it ends the sleep.
        var _ = Moves.endSleep(draft, s, new Wake.Manual());
        yield Moves.fail(draft, failure, Optional.empty(), facts).done();
      }
      case JobState.Starting _, JobState.Restoring _ ->
          Moves.terminate(draft, Optional.empty(), new Ending.Fail(failure), facts).done();
      case JobState.Running s ->
          Moves.terminate(draft, Optional.of(s.machine()), new Ending.Fail(failure), facts).done();
      case JobState.Checkpointing s -> {
        draft.unsettle(s.checkpoint().token(), Refusals.ending(job));
        yield Moves.terminate(draft, Optional.of(s.machine()), new Ending.Fail(failure), facts)
            .done();
      }
      case JobState.Suspending s -> {
        draft.unsettle(s.checkpoint().token(), Refusals.ending(job));
        yield Moves.terminate(draft, Optional.of(s.machine()), new Ending.Fail(failure), facts)
            .done();
      }
      case JobState.Exiting _,
          JobState.Terminating _,
          JobState.Completed _,
          JobState.Failed _,
          JobState.Cancelled _ ->
          NOTHING;
    };
  }

  static boolean sameLife(Job job, Generation generation) {
    return job.generation().equals(generation);
  }
}
