package torpor.api.snapshot;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import torpor.api.http.RefusedException;
import torpor.api.http.RequestBody;
import torpor.api.http.Route;
import torpor.api.http.StoredText;
import torpor.api.http.Waits;
import torpor.api.instance.Fields;
import torpor.api.instance.InstancePath;
import torpor.api.instance.SnapshotId;
import torpor.core.instance.Instance;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.instance.schedule.Retention;
import torpor.core.instance.schedule.SnapshotPlan;
import torpor.core.refusal.RefusalCode;
import torpor.engine.caller.Instances;
import torpor.wire.instance.SnapshotSchedule;
import torpor.wire.instance.SnapshotScheduleRequest;

/// Sets, shows and ends the schedule by which snapshots of an instance are taken.
public final class ScheduleRoutes {
  private static final int MAX_BODY = 128 * 1024;
  private static final int MOST_KEPT = 100_000;
  private static final String PATH = "/v1/instances/{id}/snapshot-schedule";

  private final Instances instances;
  private final Waits waits;

  public ScheduleRoutes(Instances instances, Waits waits) {
    this.instances = instances;
    this.waits = waits;
  }

  public List<Route> routes() {
    return List.of(
        Route.caller(HandlerType.PUT, PATH, this::put),
        Route.caller(HandlerType.GET, PATH, this::get),
        Route.caller(HandlerType.DELETE, PATH, this::delete));
  }

  private void put(Context context) {
    SnapshotPlan plan = plan(RequestBody.read(context, MAX_BODY).as(SnapshotScheduleRequest.class));
    Instance instance =
        waits.reply(
            instances.ask(
                InstancePath.id(context, instances),
                new InstanceEvent.ScheduleAsked(Optional.of(plan))));
    context.json(shown(instance));
  }

  private static SnapshotPlan plan(SnapshotScheduleRequest request) {
    Duration interval = Fields.atLeast("interval", request.interval(), SnapshotPlan.SHORTEST);
    request
        .namePrefix()
        .filter(prefix -> !SnapshotPlan.isPrefix(prefix))
        .ifPresent(_ -> {
          throw RefusedException.invalid(
              "name_prefix",
              "'name_prefix' is not the beginning of a name",
              "Use 1 to %d lower-case letters, digits and dashes, with no dash at either end."
                  .formatted(SnapshotPlan.LONGEST_PREFIX));
        });
    return new SnapshotPlan(
        interval, retention(request.retention()), request.namePrefix(), notes(request.metadata()));
  }

  private static Retention retention(SnapshotScheduleRequest.Retention asked) {
    if (asked.maxAge().isEmpty() && asked.maxCount().isEmpty()) {
      throw RefusedException.invalid(
          "retention",
          "'retention' says neither how many are kept nor how long",
          "Send 'max_count', 'max_age' or both.");
    }
    return new Retention(
        asked.maxCount().map(count -> Fields.number("retention.max_count", count, 1, MOST_KEPT)),
        asked.maxAge().map(age -> Fields.atLeast("retention.max_age", age, SnapshotPlan.SHORTEST)));
  }

  private static Map<String, String> notes(Map<String, String> metadata) {
    metadata.forEach((key, value) ->
        StoredText.checked("metadata." + StoredText.checked("metadata", key), value));
    return metadata;
  }

  private void get(Context context) {
    context.json(shown(InstancePath.instance(context, instances)));
  }

  private void delete(Context context) {
    Instance instance = InstancePath.instance(context, instances);
    schedule(instance);
    waits.reply(instances.ask(instance.id(), new InstanceEvent.ScheduleAsked(Optional.empty())));
    context.status(204);
  }

  private static torpor.core.instance.schedule.SnapshotSchedule schedule(Instance instance) {
    return instance
        .schedule()
        .orElseThrow(() ->
            RefusedException.of(
                RefusalCode.SCHEDULE_NOT_FOUND,
                "%s has no schedule of snapshots".formatted(instance.spec().name()),
                "Set one with PUT %s.".formatted(PATH)));
  }

  private static SnapshotSchedule shown(Instance instance) {
    var schedule = schedule(instance);
    SnapshotPlan plan = schedule.plan();
    return new SnapshotSchedule(
        instance.id().toString(),
        plan.interval(),
        new SnapshotScheduleRequest.Retention(
            plan.retention().maxAge(), plan.retention().maxCount()),
        plan.metadata(),
        plan.namePrefix(),
        schedule.createdAt(),
        schedule.updatedAt(),
        schedule.nextRun(),
        schedule.lastRun(),
        schedule.lastSnapshot().map(number -> new SnapshotId(instance.id(), number).toString()),
        schedule.lastError());
  }
}
