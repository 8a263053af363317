package torpor.api.event;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import torpor.api.http.EventStream;
import torpor.api.http.Parameters;
import torpor.api.http.Route;
import torpor.api.http.Waits;
import torpor.api.job.JobPath;
import torpor.core.instance.InstanceId;
import torpor.core.job.JobId;
import torpor.engine.caller.Jobs;
import torpor.engine.store.RecordedHappening;
import torpor.wire.Event;
import torpor.wire.EventPage;
import torpor.wire.WireJson;

/// The history of the node, of one job, and of one instance.
public final class EventRoutes {
  private static final int STREAM_PAGE = 1_000;

  private final Jobs jobs;
  private final Waits waits;
  private final Duration longest;
  private final Duration keepAlive;

  public EventRoutes(Jobs jobs, Waits waits, Duration longest, Duration keepAlive) {
    this.jobs = jobs;
    this.waits = waits;
    this.longest = longest;
    this.keepAlive = keepAlive;
  }

  public List<Route> routes() {
    return List.of(
        Route.caller(HandlerType.GET, "/v1/events", this::ofNode),
        Route.caller(HandlerType.GET, "/v1/jobs/{id}/events", this::ofJob));
  }

  /// Without a place to begin at, a stream of the whole node begins now.
  private void ofNode(Context context) throws IOException {
    if (EventStream.isWanted(context)) {
      long after = startOf(context).orElseGet(() -> waits.value(jobs.lastSequence()));
      stream(context, Optional.empty(), after);
    } else {
      page(context, Optional.empty());
    }
  }

  /// A job's history is short: its stream begins at its beginning.
  private void ofJob(Context context) throws IOException {
    JobId id = JobPath.id(context, jobs, waits);
    waits.reply(jobs.get(id));
    ofOne(context, id);
  }

  private static Optional<Long> startOf(Context context) {
    return EventStream.lastEventId(context)
        .or(() -> Parameters.number(context, "cursor", 0, Long.MAX_VALUE));
  }

  private void page(Context context, Optional<JobId> job) {
    int limit = Parameters.limit(context);
    long after = startOf(context).orElse(0L);
    Duration patience = Parameters.patience(context, "wait", Duration.ZERO, longest);
    List<Event> events =
        waits.value(jobs.happenings(job, after, limit, patience), patience).stream()
            .map(EventRoutes::shown)
            .toList();
    long last = events.isEmpty() ? after : events.getLast().sequence();
    context.json(new EventPage(events, Long.toString(last)));
  }

  private void stream(Context context, Optional<JobId> job, long after) throws IOException {
    EventStream stream = EventStream.open(context);
    long seen = after;
    while (!waits.isStopped()) {
      List<RecordedHappening> news =
          waits.value(jobs.happenings(job, seen, STREAM_PAGE, keepAlive), keepAlive);
      if (news.isEmpty()) {
        stream.comment("keep-alive");
        continue;
      }
      for (RecordedHappening happening : news) {
        Event event = shown(happening);
        stream.event(event.sequence(), event.kind(), WireJson.write(event));
      }
      stream.flush();
      seen = news.getLast().sequence();
    }
  }

  /// What happened to one hand-driven instance; the history has it under the same ULID.
  public void ofInstance(Context context, InstanceId id) throws IOException {
    ofOne(context, new JobId(id.ulid()));
  }

  private void ofOne(Context context, JobId id) throws IOException {
    if (EventStream.isWanted(context)) {
      stream(context, Optional.of(id), startOf(context).orElse(0L));
    } else {
      page(context, Optional.of(id));
    }
  }

  private static Event shown(RecordedHappening recorded) {
    boolean ofInstance = recorded.happening().kind().startsWith("instance.");
    return new Event(
        recorded.sequence(),
        ofInstance ? InstanceId.of(recorded.job()).toString() : recorded.job().toString(),
        recorded.at(),
        recorded.happening().kind(),
        recorded.happening().attributes());
  }
}
