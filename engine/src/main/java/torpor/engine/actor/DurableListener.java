package torpor.engine.actor;

import java.time.Instant;
import torpor.core.job.Job;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;

/// Told of every durable change, on the actor's turn; returns quickly.
public interface DurableListener {

  /// @param before the job as it was; equal to `after` where it has just been made
  void changed(Job before, Job after, JobEvent event);

  /// The job was offered a place and has no use for it any more.
  void declined(JobId job);

  /// A timer fired before its time; the job is due then.
  void dueLater(JobId job, Instant due);

  /// Another daemon owns this node now: nothing that this one decides counts any more.
  void fenced(String detail);
}
