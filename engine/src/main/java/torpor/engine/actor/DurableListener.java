package torpor.engine.actor;

import torpor.core.job.Job;
import torpor.core.job.JobEvent;

/// Told of every durable change, on the actor's turn; returns quickly.
public interface DurableListener {

  /// @param before the job as it was; equal to `after` where it has just been made
  void changed(Job before, Job after, JobEvent event);

  /// The admitted job had no use for its place any more.
  void declined(Job job);

  /// Another daemon owns this node now: nothing that this one decides counts any more.
  void fenced(String detail);
}
