package torpor.api.job;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import torpor.api.definition.DefinitionReader;
import torpor.api.http.Idempotency;
import torpor.api.http.Parameters;
import torpor.api.http.RefusedException;
import torpor.api.http.RequestBody;
import torpor.api.http.Route;
import torpor.api.http.Waits;
import torpor.core.job.JobId;
import torpor.core.job.JobPhase;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.engine.caller.IdempotentRequest;
import torpor.engine.caller.JobView;
import torpor.engine.caller.Jobs;
import torpor.engine.caller.Spawned;
import torpor.engine.store.JobListing;
import torpor.engine.store.JobStore;
import torpor.wire.JobCreated;
import torpor.wire.JobPage;
import torpor.wire.JobRequest;
import torpor.wire.Snapshot;
import torpor.wire.SnapshotPage;

/// Spawns, lists, shows and removes jobs, and lists their snapshots.
public final class JobRoutes {
  private final Jobs jobs;
  private final Waits waits;
  private final int maxBody;
  private final int maxParams;

  public JobRoutes(Jobs jobs, Waits waits, int maxBody, int maxParams) {
    this.jobs = jobs;
    this.waits = waits;
    this.maxBody = maxBody;
    this.maxParams = maxParams;
  }

  public List<Route> routes() {
    return List.of(
        Route.caller(HandlerType.POST, "/v1/jobs", this::spawn),
        Route.caller(HandlerType.POST, "/jobs", this::spawn),
        Route.caller(HandlerType.GET, "/v1/jobs", this::list),
        Route.caller(HandlerType.GET, "/jobs", this::list),
        Route.caller(HandlerType.GET, "/v1/jobs/{id}", this::get),
        Route.caller(HandlerType.GET, "/jobs/{id}", this::get),
        Route.caller(HandlerType.DELETE, "/v1/jobs/{id}", this::delete),
        Route.caller(HandlerType.DELETE, "/jobs/{id}", this::delete),
        Route.caller(HandlerType.GET, "/v1/jobs/{id}/snapshots", this::snapshots));
  }

  private void spawn(Context context) {
    RequestBody body = RequestBody.read(context, maxBody);
    JobRequest request = body.as(JobRequest.class);
    Optional<IdempotentRequest> idempotent = Idempotency.of(context, "jobs", body);
    Spawned spawned = waits.reply(jobs.spawn(JobReader.spawn(request, maxParams, idempotent)));
    context
        .status(201)
        .header("Location", "/v1/jobs/" + spawned.id())
        .json(new JobCreated(spawned.id().toString(), spawned.repeated()));
  }

  private void list(Context context) {
    int limit = Parameters.limit(context);
    JobStore.JobFilter filter =
        new JobStore.JobFilter(
            JobReader.phases(Parameters.texts(context, "state")),
            Parameters.text(context, "definition")
                .map(name -> DefinitionReader.name("definition", name)));
    List<JobListing> found =
        waits.reply(
            jobs.list(
                filter, Parameters.text(context, "cursor").map(JobRoutes::cursor), limit + 1));
    List<JobListing> page = found.stream().limit(limit).toList();
    Optional<String> next =
        found.size() > limit ? Optional.of(page.getLast().job().id().toString()) : Optional.empty();
    context.json(new JobPage(page.stream().map(JobJson::of).toList(), next));
  }

  private static JobId cursor(String text) {
    if (!JobId.isValid(text)) {
      throw RefusedException.invalid(
          "cursor", "'cursor' is none of ours", "Send the next_cursor of an earlier answer.");
    }
    return JobId.parse(text);
  }

  private void get(Context context) {
    context.json(JobJson.of(waits.reply(jobs.get(JobPath.id(context, jobs, waits)))));
  }

  /// Cancels a live job, and leaves an ended one as it is: whoever repeats the call because no
  /// answer came would else destroy the result. Removing has to be asked for.
  private void delete(Context context) {
    boolean remove = Parameters.flag(context, "remove");
    JobId id = JobPath.id(context, jobs, waits);
    if (remove) {
      waits.reply(jobs.remove(id));
      context.status(204);
      return;
    }
    JobView view = waits.reply(jobs.get(id));
    if (hasEnded(view)) {
      context.json(JobJson.of(view));
    } else {
      cancel(context, id);
    }
  }

  /// The job may end by itself in the meantime, and is shown then as well.
  private void cancel(Context context, JobId id) {
    switch (waits.value(jobs.cancel(id, "api", Optional.empty()))) {
      case Reply.Done<JobView>(JobView cancelled) ->
          context.status(202).json(JobJson.of(cancelled));
      case Reply.Refused<JobView>(Refusal refusal) -> {
        JobView view = waits.reply(jobs.get(id));
        if (!hasEnded(view)) {
          throw new RefusedException(refusal);
        }
        context.json(JobJson.of(view));
      }
    }
  }

  private static boolean hasEnded(JobView view) {
    return view.job().state().phase().kind() == JobPhase.Kind.ENDED;
  }

  private void snapshots(Context context) {
    int limit = Parameters.limit(context);
    long after = Parameters.number(context, "cursor", 0, Integer.MAX_VALUE).orElse(0L);
    List<Snapshot> rest =
        waits.reply(jobs.snapshots(JobPath.id(context, jobs, waits))).stream()
            .map(JobJson::snapshot)
            .filter(snapshot -> snapshot.number() > after)
            .sorted(Comparator.comparingInt(Snapshot::number))
            .toList();
    List<Snapshot> page = rest.stream().limit(limit).toList();
    Optional<String> next =
        rest.size() > limit
            ? Optional.of(Integer.toString(page.getLast().number()))
            : Optional.empty();
    context.json(new SnapshotPage(page, next));
  }
}
