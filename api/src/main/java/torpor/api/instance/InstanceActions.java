package torpor.api.instance;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import torpor.api.http.Patience;
import torpor.api.http.RefusedException;
import torpor.api.http.RequestBody;
import torpor.api.http.Route;
import torpor.api.http.Waits;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstancePhase;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.caller.Instances;
import torpor.wire.instance.RestoreRequest;
import torpor.wire.instance.StandbyRequest;
import torpor.wire.instance.StartRequest;
import torpor.wire.instance.StopRequest;

/// What can be done to an instance. Each may be repeated: what is so already is answered with, what
/// is under way is joined.
public final class InstanceActions {
  private static final int MAX_BODY = 64 * 1024;
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration AT_ALL = Duration.ofHours(1);
  private static final Set<InstancePhase> RESTORE_TARGETS =
      Set.of(
          InstancePhase.RUNNING,
          InstancePhase.PAUSED,
          InstancePhase.STANDBY,
          InstancePhase.STOPPED);
  private static final Duration LONGEST_GRACE = Duration.ofHours(1);

  private final Instances instances;
  private final Operations operations;
  private final SnapshotFinder snapshots;
  private final Waits waits;

  public InstanceActions(
      Instances instances, Operations operations, SnapshotFinder snapshots, Waits waits) {
    this.instances = instances;
    this.operations = operations;
    this.snapshots = snapshots;
    this.waits = waits;
  }

  public List<Route> routes() {
    return List.of(
        Route.caller(HandlerType.POST, "/v1/instances/{id}/start", this::start),
        Route.caller(HandlerType.POST, "/v1/instances/{id}/stop", this::stop),
        Route.caller(HandlerType.POST, "/v1/instances/{id}/pause", this::pause),
        Route.caller(HandlerType.POST, "/v1/instances/{id}/resume", this::resume),
        Route.caller(HandlerType.POST, "/v1/instances/{id}/standby", this::standby),
        Route.caller(HandlerType.POST, "/v1/instances/{id}/restore", this::restore));
  }

  private void act(Context context, InstanceEvent.FromCaller event) {
    InstanceId id = InstancePath.id(context, instances);
    operations.answer(context, operations.ask(context, id, event));
  }

  private void start(Context context) {
    StartRequest request =
        RequestBody.read(context, MAX_BODY).as(StartRequest.class, StartRequest.AS_IT_IS);
    act(
        context,
        new InstanceEvent.StartAsked(
            request.entrypoint().map(words -> Fields.words("entrypoint", words)),
            request.cmd().map(words -> Fields.words("cmd", words))));
  }

  private void stop(Context context) {
    Duration grace =
        RequestBody.read(context, MAX_BODY)
            .as(StopRequest.class, StopRequest.USUAL)
            .grace()
            .orElse(GRACE);
    if (grace.compareTo(LONGEST_GRACE) > 0) {
      throw RefusedException.invalid(
          "grace", "'grace' is longer than an hour", "Send a shorter one.");
    }
    act(context, new InstanceEvent.StopAsked(grace));
  }

  private void pause(Context context) {
    act(context, new InstanceEvent.PauseAsked());
  }

  private void resume(Context context) {
    act(context, new InstanceEvent.ResumeAsked());
  }

  private void standby(Context context) {
    StandbyRequest request =
        RequestBody.read(context, MAX_BODY).as(StandbyRequest.class, StandbyRequest.USUAL);
    Unbuilt.refuse(
        "compression", request.compression(), "snapshots are kept as taken", "Leave it out.");
    act(context, new InstanceEvent.StandbyAsked());
  }

  private void restore(Context context) {
    RestoreRequest request =
        RequestBody.read(context, MAX_BODY).as(RestoreRequest.class, RestoreRequest.NEWEST);
    InstanceId id = InstancePath.id(context, instances);
    Optional<SnapshotNumber> from =
        request
            .snapshot()
            .filter(json -> !json.isNull())
            .map(json -> snapshots.number(id, "snapshot", SnapshotFinder.text(json)));
    restore(context, id, from, request);
  }

  /// @param from the newest where empty
  public void restore(
      Context context, InstanceId id, Optional<SnapshotNumber> from, RestoreRequest request) {
    Unbuilt.refuse(
        "target_hypervisor",
        request.targetHypervisor(),
        "machines run under qemu",
        "Leave it out.");
    InstancePhase target = Target.of(request.targetState(), InstancePhase.RUNNING, RESTORE_TARGETS);
    Duration patience = operations.patience(context);
    Instance restored = restored(id, from, request, target, patience);
    operations.answer(context, restored);
  }

  /// Goes on to its target whether or not anybody waits.
  private Instance restored(
      InstanceId id,
      Optional<SnapshotNumber> from,
      RestoreRequest request,
      InstancePhase target,
      Duration patience) {
    boolean older = request.allowOlder().orElse(false);
    if (target == InstancePhase.RUNNING) {
      return waits.reply(instances.restore(id, from, older, patience), patience);
    }
    CompletionStage<Reply<Instance>> there =
        instances
            .restore(id, from, older, AT_ALL)
            .thenCompose(reply -> Target.reach(instances, reply, target));
    return waits.value(Patience.upTo(there, patience), patience)
        ? waits.reply(there)
        : InstancePath.instance(id, instances);
  }
}
