package torpor.api.job;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import torpor.api.http.Parameters;
import torpor.api.http.RefusedException;
import torpor.api.http.Route;
import torpor.api.http.Waits;
import torpor.core.job.JobId;
import torpor.core.job.JobPhase;
import torpor.core.refusal.RefusalCode;
import torpor.engine.caller.JobView;
import torpor.engine.caller.Jobs;
import torpor.engine.store.RecordedHappening;
import torpor.wire.Durations;
import torpor.wire.JobWait;

/// Waiting for a job, driven by its history and not by looking again and again.
public final class JobWaits {
  private static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(30);
  private static final int PAGE = 1_000;

  private final Jobs jobs;
  private final Waits waits;
  private final Duration longest;

  /// @param longest nobody waits longer in one call
  public JobWaits(Jobs jobs, Waits waits, Duration longest) {
    this.jobs = jobs;
    this.waits = waits;
    this.longest = longest;
  }

  public List<Route> routes() {
    return List.of(
        Route.caller(HandlerType.GET, "/v1/jobs/{id}/result", this::result),
        Route.caller(HandlerType.GET, "/jobs/{id}/result", this::result),
        Route.caller(HandlerType.GET, "/v1/jobs/{id}/wait", this::state));
  }

  /// Somebody who waits for a result without saying how long wants it whenever it comes.
  private void result(Context context) {
    boolean wait = Parameters.flag(context, "wait");
    Duration patience = Parameters.patience(context, "timeout", longest, longest);
    JobId id = JobPath.id(context, jobs, waits);
    JobView view =
        wait ? waits.reply(jobs.awaitEnd(id, patience), patience) : waits.reply(jobs.get(id));
    context.json(
        JobJson.resultOf(view).orElseThrow(() -> notEnded(view, wait ? patience : Duration.ZERO)));
  }

  private static RefusedException notEnded(JobView view, Duration waited) {
    String state = "%s is %s".formatted(view.job().id(), view.job().state().phase().text());
    return RefusedException.of(
        RefusalCode.JOB_NOT_ENDED,
        waited.isZero() ? state : state + " after waiting " + Durations.format(waited),
        waited.isZero() ? "Ask with wait=true to wait for its end." : "Ask again.");
  }

  private void state(Context context) {
    Set<JobPhase> wanted = JobReader.phases(Parameters.texts(context, "state"));
    if (wanted.isEmpty()) {
      throw RefusedException.invalid(
          "state", "'state' is missing", "Name the states to wait for, such as state=suspended.");
    }
    Duration patience = Parameters.patience(context, "timeout", DEFAULT_PATIENCE, longest);
    context.json(await(JobPath.id(context, jobs, waits), wanted, patience));
  }

  private JobWait await(JobId id, Set<JobPhase> wanted, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    // Taken before the job is looked at, so that no change between the two is missed.
    long seen = waits.value(jobs.lastSequence());
    while (true) {
      JobView view = waits.reply(jobs.get(id));
      JobPhase phase = view.job().state().phase();
      Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
      boolean reached = wanted.contains(phase);
      if (reached || left.isZero() || phase.kind() == JobPhase.Kind.ENDED) {
        return new JobWait(reached, JobJson.of(view));
      }
      List<RecordedHappening> news =
          waits.value(jobs.happenings(Optional.of(id), seen, PAGE, left), left);
      seen = news.isEmpty() ? seen : news.getLast().sequence();
    }
  }
}
