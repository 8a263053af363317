package torpor.core.job;

import java.util.Optional;
import torpor.core.job.JobState.Checkpointing;
import torpor.core.job.JobState.Running;
import torpor.core.job.JobState.Suspending;
import torpor.core.machine.MachineHandle;
import torpor.core.retry.Failure;
import torpor.core.retry.TerminationReason;

/// What a new daemon makes of jobs its predecessor left in flight. By the time these are decided,
/// staged snapshots are dropped and half-made machines are cleared away.
///
/// | recorded                   | found | becomes                                  |
/// |----------------------------|-------|------------------------------------------|
/// | starting, restoring        | alive | adopted: only the word of it was lost    |
/// | starting                   | gone  | started again, counted                   |
/// | running                    | alive | adopted                                  |
/// | running                    | gone  | newest snapshot restored, or retry policy|
/// | checkpointing, suspending  | alive | running; the caller's retry does it again|
/// | checkpointing, suspending  | gone  | newest snapshot restored, or retry policy|
/// | restoring                  | gone  | restored again, counted                  |
/// | exiting                    | alive | adopted                                  |
/// | exiting                    | gone  | its result decides                       |
/// | terminating                | any   | killed again                             |
final class RecoveryRules {
  static final String ADOPTED = "job.adopted";

  private RecoveryRules() {}

  static Decision decide(Job job, JobEvent.FromRecovery event, JobFacts facts) {
    return switch (event) {
      case JobEvent.FoundAlive(MachineHandle machine) -> alive(job, machine, facts);
      case JobEvent.FoundGone(String detail) -> gone(job, detail, facts);
    };
  }

  private static Decision alive(Job job, MachineHandle machine, JobFacts facts) {
    return switch (job.state()) {
      case JobState.Starting _ ->
          adopted(job, machine, new Running(machine, Optional.empty(), facts.now()));
      case JobState.Restoring s ->
          adopted(
              job, machine, new Running(machine, Optional.of(s.snapshot().number()), facts.now()));
      case Running s -> adopted(job, machine, new Running(machine, s.restoredFrom(), s.since()));
      case Checkpointing s ->
          adopted(job, machine, new Running(machine, s.restoredFrom(), facts.now()));
      case Suspending s ->
          adopted(job, machine, new Running(machine, s.restoredFrom(), facts.now()));
      case JobState.Exiting s ->
          adopted(job, machine, new JobState.Exiting(machine, s.result(), s.since()));
      case JobState.Terminating s ->
          Moves.terminate(new Draft(job), Optional.of(machine), s.ending(), facts).done();
      case JobState.Pending _,
          JobState.Suspended _,
          JobState.PendingRetry _,
          JobState.Completed _,
          JobState.Failed _,
          JobState.Cancelled _ ->
          JobRules.NOTHING;
    };
  }

  /// Resumed in any case: the last daemon may have died after it froze the machine, or after the
  /// commit that let it go on and before it did.
  private static Decision adopted(Job job, MachineHandle machine, JobState state) {
    return new Draft(job)
        .to(state)
        .happened(ADOPTED, "generation", job.generation().toString())
        .effect(new Effect.ResumeMachine(job.generation(), machine))
        .done();
  }

  private static Decision gone(Job job, String detail, JobFacts facts) {
    Failure lost = Failure.of(TerminationReason.NODE_LOST, detail);
    return switch (job.state()) {
      case JobState.Starting _, Running _, Checkpointing _, Suspending _, JobState.Restoring _ ->
          Moves.afterLoss(new Draft(job), lost, Optional.empty(), facts).done();
      case JobState.Exiting s -> Moves.finish(new Draft(job), s.result(), facts).done();
      case JobState.Terminating s ->
          Moves.terminate(new Draft(job), s.machine(), s.ending(), facts).done();
      case JobState.Pending _,
          JobState.Suspended _,
          JobState.PendingRetry _,
          JobState.Completed _,
          JobState.Failed _,
          JobState.Cancelled _ ->
          JobRules.NOTHING;
    };
  }
}
