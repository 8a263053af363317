package torpor.api.console;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import torpor.api.http.Waits;
import torpor.core.job.JobId;
import torpor.core.job.JobPhase;
import torpor.core.refusal.Reply;
import torpor.engine.caller.JobView;
import torpor.engine.caller.Jobs;

/// A job's life, by its history.
final class JobLife implements ConsoleLife {
  private static final int PAGE = 1_000;

  private final Jobs jobs;
  private final Waits waits;
  private final JobId job;
  private volatile long seen;

  JobLife(Jobs jobs, Waits waits, JobId job) {
    this.jobs = jobs;
    this.waits = waits;
    this.job = job;
    this.seen = waits.value(jobs.lastSequence());
  }

  @Override
  public boolean hasEnded() {
    return switch (waits.value(jobs.get(job))) {
      case Reply.Done<JobView>(JobView view) ->
          view.job().state().phase().kind() == JobPhase.Kind.ENDED;
      case Reply.Refused<JobView> _ -> true;
    };
  }

  @Override
  public CompletionStage<Boolean> news(Duration patience) {
    return jobs.happenings(Optional.of(job), seen, PAGE, patience)
        .thenApply(happened -> {
          if (happened.isEmpty()) {
            return false;
          }
          seen = happened.getLast().sequence();
          return true;
        });
  }
}
