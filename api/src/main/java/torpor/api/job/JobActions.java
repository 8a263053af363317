package torpor.api.job;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Optional;
import torpor.api.http.Idempotency;
import torpor.api.http.RefusedException;
import torpor.api.http.RequestBody;
import torpor.api.http.Route;
import torpor.api.http.Waits;
import torpor.core.definition.JsonText;
import torpor.core.job.JobId;
import torpor.engine.caller.IdempotentRequest;
import torpor.engine.caller.Jobs;
import torpor.wire.CancelRequest;
import torpor.wire.RetryRequest;
import torpor.wire.SignalAccepted;

/// What can be done to a job. Each may be repeated with the same `Idempotency-Key`.
public final class JobActions {
  private static final int MAX_BODY = 4 * 1024;
  private static final int MAX_BY = 128;

  private final Jobs jobs;
  private final Waits waits;
  private final int maxPayload;

  public JobActions(Jobs jobs, Waits waits, int maxPayload) {
    this.jobs = jobs;
    this.waits = waits;
    this.maxPayload = maxPayload;
  }

  public List<Route> routes() {
    return List.of(
        Route.caller(HandlerType.POST, "/v1/jobs/{id}/cancel", this::cancel),
        Route.caller(HandlerType.POST, "/v1/jobs/{id}/signals/{name}", this::signal),
        Route.caller(HandlerType.POST, "/v1/jobs/{id}/wake", this::wake),
        Route.caller(HandlerType.POST, "/v1/jobs/{id}/retry", this::retry));
  }

  private void cancel(Context context) {
    RequestBody body = RequestBody.read(context, MAX_BODY);
    String by =
        body.as(CancelRequest.class, new CancelRequest(Optional.empty())).by().orElse("api");
    if (by.isBlank() || by.length() > MAX_BY) {
      throw RefusedException.invalid(
          "by", "'by' is not 1 to 128 characters", "Say in a word who cancels it.");
    }
    JobId id = JobPath.id(context, jobs, waits);
    Optional<IdempotentRequest> idempotent = Idempotency.of(context, id + "/cancel", body);
    context.json(JobJson.of(waits.reply(jobs.cancel(id, by, idempotent))));
  }

  private void signal(Context context) {
    String name = JobReader.signalName("name", context.pathParam("name"));
    RequestBody body = RequestBody.read(context, maxPayload);
    JsonText payload = new JsonText(body.json().text());
    JobId id = JobPath.id(context, jobs, waits);
    Optional<IdempotentRequest> idempotent = Idempotency.of(context, id + "/signals", body, name);
    int sequence = waits.reply(jobs.signal(id, name, payload, idempotent));
    context.status(202).json(new SignalAccepted(id.toString(), name, sequence));
  }

  private void wake(Context context) {
    RequestBody body = RequestBody.read(context, MAX_BODY);
    JobId id = JobPath.id(context, jobs, waits);
    Optional<IdempotentRequest> idempotent = Idempotency.of(context, id + "/wake", body);
    context.json(JobJson.of(waits.reply(jobs.wake(id, idempotent))));
  }

  private void retry(Context context) {
    RequestBody body = RequestBody.read(context, MAX_BODY);
    JobReader.RetryPoint point =
        JobReader.retryPoint(body.as(RetryRequest.class, RetryRequest.newest()).from());
    JobId id = JobPath.id(context, jobs, waits);
    Optional<IdempotentRequest> idempotent = Idempotency.of(context, id + "/retry", body);
    context.json(
        JobJson.of(waits.reply(jobs.retry(id, point.start(), point.snapshot(), idempotent))));
  }
}
