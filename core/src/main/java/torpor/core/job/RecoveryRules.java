package torpor.core.job;

import java.util.Optional;
import torpor.core.job.JobState.Checkpointing;
import torpor.core.job.JobState.Running;
import torpor.core.job.JobState.Suspending;
import torpor.core.machine.MachineHandle;
import torpor.core.retry.Failure;
import torpor.core.retry.TerminationReason;
import torpor.core.snapshot.SnapshotNumber;

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
          adopted(job, new Running(machine, Optional.empty(), facts.now())).done();
      case JobState.Restoring s ->
          adopted(job, new Running(machine, Optional.of(s.snapshot().number()), facts.now()))
              .done();
      case Running s -> adopted(job, new Running(machine, s.restoredFrom(), s.since())).done();
      case Checkpointing s -> thawed(job, machine, s.restoredFrom(), facts);
      case Suspending s -> thawed(job, machine, s.restoredFrom(), facts);
      case JobState.Exiting s ->
          adopted(job, new JobState.Exiting(machine, s.result(), s.since())).done();
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

  private static Draft adopted(Job job, JobState state) {
    return new Draft(job).to(state).happened(ADOPTED, "generation", job.generation().toString());
  }

  /// The daemon died between freezing the machine and letting it go on.
  private static Decision thawed(
      Job job, MachineHandle machine, Optional<SnapshotNumber> restoredFrom, JobFacts facts) {
    return adopted(job, new Running(machine, restoredFrom, facts.now()))
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
