package torpor.core.instance;

import java.util.Optional;
import torpor.core.instance.InstanceState.Paused;
import torpor.core.instance.InstanceState.Running;
import torpor.core.instance.InstanceState.Standby;
import torpor.core.instance.InstanceState.Stopped;
import torpor.core.job.Job;
import torpor.core.job.JobState;
import torpor.core.retry.RetryFrom;
import torpor.core.snapshot.SnapshotRef;

/// The state of the instance that a job owns, as the job's own state implies it.
///
/// | job                                     | instance                                        |
/// |-----------------------------------------|-------------------------------------------------|
/// | pending, starting                       | stopped: the last good state until a machine is up; the image was prepared with the definition |
/// | running, exiting                        | running                                         |
/// | checkpointing, suspending               | paused: the program's call is not answered until the machine goes on |
/// | suspended, restoring                    | standby                                         |
/// | terminating with a machine              | running: it may still be                        |
/// | terminating without one, failed         | standby where there is a newest snapshot, else stopped |
/// | pending_retry                           | standby where it will go on from a snapshot, else stopped |
/// | completed, cancelled                    | stopped: their snapshots are dropped            |
public final class InstanceStates {
  private InstanceStates() {}

  public static InstanceState of(Job job) {
    return switch (job.state()) {
      case JobState.Pending _, JobState.Starting _, JobState.Completed _, JobState.Cancelled _ ->
          new Stopped();
      case JobState.Running s -> new Running(s.machine());
      case JobState.Exiting s -> new Running(s.machine());
      case JobState.Checkpointing s -> new Paused(s.machine());
      case JobState.Suspending s -> new Paused(s.machine());
      case JobState.Suspended s -> new Standby(s.snapshot());
      case JobState.Restoring s -> new Standby(s.snapshot());
      case JobState.PendingRetry s ->
          s.from() == RetryFrom.START ? new Stopped() : resting(job.newest());
      case JobState.Terminating s ->
          s.machine().<InstanceState>map(Running::new).orElseGet(() -> resting(job.newest()));
      case JobState.Failed _ -> resting(job.newest());
    };
  }

  private static InstanceState resting(Optional<SnapshotRef> newest) {
    return newest.<InstanceState>map(Standby::new).orElseGet(Stopped::new);
  }
}
