package torpor.testkit.memory;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import torpor.core.job.Checkpoint;
import torpor.core.job.CheckpointLock;
import torpor.core.job.Job;
import torpor.core.job.JobState;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.wake.Signal;
import torpor.core.wake.Wake;
import torpor.core.wake.Waker;

/// Cuts the moments in a job off to the microsecond, as every store does.
final class Micros {
  private Micros() {}

  static Job cut(Job job) {
    return new Job(
        job.id(),
        job.definition(),
        cut(job.spawnedAt()),
        job.deadline().map(Micros::cut),
        job.tally(),
        job.newest().map(Micros::cut),
        job.older(),
        job.lastSnapshot(),
        job.locks().stream().map(l -> new CheckpointLock(l.id(), cut(l.expiresAt()))).toList(),
        job.lastSignal(),
        job.inbox().stream().map(Micros::cut).toList(),
        job.progress(),
        cut(job.state()));
  }

  static Instant cut(Instant moment) {
    return moment.truncatedTo(ChronoUnit.MICROS);
  }

  static Signal cut(Signal s) {
    return new Signal(s.sequence(), s.name(), s.payload(), cut(s.receivedAt()), s.taken());
  }

  private static SnapshotRef cut(SnapshotRef ref) {
    Optional<Wake> wake =
        ref.wake().map(w -> w instanceof Wake.BySignal(Signal s) ? new Wake.BySignal(cut(s)) : w);
    return new SnapshotRef(ref.number(), cut(ref.takenAt()), ref.token(), wake);
  }

  private static Waker cut(Waker waker) {
    return new Waker(waker.at().map(Micros::cut), waker.signal());
  }

  private static Checkpoint cut(Checkpoint c) {
    return new Checkpoint(c.number(), c.token(), c.label(), c.waker().map(Micros::cut));
  }

  private static JobState cut(JobState state) {
    Instant since = cut(state.since());
    return switch (state) {
      case JobState.Pending _ -> new JobState.Pending(since);
      case JobState.Starting _ -> new JobState.Starting(since);
      case JobState.Running s -> new JobState.Running(s.machine(), s.restoredFrom(), since);
      case JobState.Checkpointing s ->
          new JobState.Checkpointing(s.machine(), s.restoredFrom(), cut(s.checkpoint()), since);
      case JobState.Suspending s ->
          new JobState.Suspending(s.machine(), s.restoredFrom(), cut(s.checkpoint()), since);
      case JobState.Suspended s -> new JobState.Suspended(cut(s.snapshot()), cut(s.waker()), since);
      case JobState.Restoring s -> new JobState.Restoring(cut(s.snapshot()), since);
      case JobState.PendingRetry s ->
          new JobState.PendingRetry(cut(s.dueAt()), s.from(), s.failure(), since);
      case JobState.Exiting s -> new JobState.Exiting(s.machine(), s.result(), since);
      case JobState.Terminating s -> new JobState.Terminating(s.machine(), s.ending(), since);
      case JobState.Completed s -> new JobState.Completed(s.result(), since);
      case JobState.Failed s -> new JobState.Failed(s.failure(), s.result(), since);
      case JobState.Cancelled s -> new JobState.Cancelled(s.by(), since);
    };
  }
}
