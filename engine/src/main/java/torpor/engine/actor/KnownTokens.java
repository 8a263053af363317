package torpor.engine.actor;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.core.job.Job;
import torpor.core.job.JobEvent;
import torpor.core.job.SettledToken;
import torpor.engine.store.JobStore;

/// Finds out, before a checkpoint call is decided, whether its token is durable already.
final class KnownTokens {
  private KnownTokens() {}

  static CompletionStage<Optional<SettledToken>> about(JobEvent event, Job job, JobStore store) {
    if (!(event instanceof JobEvent.CheckpointAsked asked) || job.newest().isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return job.newest()
        .filter(newest -> newest.token().equals(asked.token()))
        .<CompletionStage<Optional<SettledToken>>>map(newest ->
            CompletableFuture.completedFuture(
                Optional.of(new SettledToken(newest.token(), newest.number(), newest.wake()))))
        .orElseGet(() ->
            store.token(job.id(), asked.token()).thenApply(found -> notNewerThan(job, found)));
  }

  /// What is newer than this job's newest snapshot was settled by a daemon that has taken the node
  /// over, for another copy of the program: the commit that follows finds that out.
  private static Optional<SettledToken> notNewerThan(Job job, Optional<SettledToken> found) {
    return found.filter(settled ->
        job.newest().filter(n -> settled.snapshot().compareTo(n.number()) <= 0).isPresent());
  }
}
