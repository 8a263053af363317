package torpor.api.instance;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import torpor.api.http.Idempotency;
import torpor.api.http.Parameters;
import torpor.api.http.ProgressStream;
import torpor.api.http.RefusedException;
import torpor.api.http.RequestBody;
import torpor.api.http.Route;
import torpor.api.http.Waits;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstancePhase;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.instance.spec.InstanceSpec;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.caller.IdempotentRequest;
import torpor.engine.caller.Instances;
import torpor.engine.image.ImageView;
import torpor.wire.RawJson;
import torpor.wire.instance.InstancePatch;
import torpor.wire.instance.InstanceRequest;

/// Creates, shows, changes and deletes instances.
public final class InstanceRoutes {
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final String BY_PATCH = "Delete the instance and create it anew.";

  private final MachinePorts ports;
  private final Instances instances;
  private final InstanceJson json;
  private final Operations operations;
  private final Waits waits;
  private final Clock clock;
  private final int maxBody;
  private final Duration keepAlive;

  public InstanceRoutes(
      MachinePorts ports,
      Operations operations,
      Waits waits,
      Clock clock,
      int maxBody,
      Duration keepAlive) {
    this.ports = ports;
    this.instances = ports.instances();
    this.json = new InstanceJson(ports);
    this.operations = operations;
    this.waits = waits;
    this.clock = clock;
    this.maxBody = maxBody;
    this.keepAlive = keepAlive;
  }

  public List<Route> routes() {
    return List.of(
        Route.caller(HandlerType.POST, "/v1/instances", this::create),
        Route.caller(HandlerType.GET, "/v1/instances/{id}", this::get),
        Route.caller(HandlerType.PATCH, "/v1/instances/{id}", this::change),
        Route.caller(HandlerType.DELETE, "/v1/instances/{id}", this::delete));
  }

  private void create(Context context) throws IOException {
    RequestBody body = RequestBody.read(context, maxBody);
    InstanceRequest request = body.as(InstanceRequest.class);
    boolean follow = ProgressStream.isWanted(context);
    boolean wait = Parameters.flag(context, "wait") || request.waiting().orElse(false);
    Duration patience = operations.patience(context);
    Instance begun = create(request, Idempotency.of(context, "instances", body));
    context.header("Location", "/v1/instances/" + begun.id());
    if (follow) {
      new CreateFollower(ports, json, waits, keepAlive).follow(begun, ProgressStream.open(context));
    } else if (wait) {
      operations.answer(context, operations.end(begun, patience), 201);
    } else {
      context.status(201).json(json.of(begun));
    }
  }

  /// Everything is checked before anything is changed; what the engine cannot tell from the request
  /// alone (names, ports, room) it refuses without having begun.
  private Instance create(InstanceRequest request, Optional<IdempotentRequest> idempotent) {
    InstanceSpec spec = InstanceReader.read(request, ports.volumes(), clock.instant());
    refuseWhatIsNoImage(spec.origin().imageSource());
    return waits.reply(
        instances.create(new torpor.engine.caller.InstanceRequest(spec, idempotent)));
  }

  private void refuseWhatIsNoImage(String source) {
    if (waits.value(ports.images().find(source)) instanceof Reply.Refused<ImageView>(Refusal why)
        && why.code().kind() == RefusalCode.Kind.INVALID) {
      throw new RefusedException(Refusal.ofField(why.code(), "image", why.detail(), why.remedy()));
    }
  }

  private void get(Context context) {
    context.json(json.of(InstancePath.instance(context, instances)));
  }

  private void change(Context context) {
    InstancePatch patch = RequestBody.read(context, maxBody).as(InstancePatch.class);
    refuseUnbuilt(patch);
    InstanceId id = InstancePath.id(context, instances);
    Instance now =
        patch.protect().isPresent()
            ? waits.reply(
                instances.ask(id, new InstanceEvent.ProtectAsked(patch.protect().orElseThrow())))
            : InstancePath.instance(id, instances);
    context.json(json.of(now));
  }

  private static void refuseUnbuilt(InstancePatch patch) {
    String fixed = "it is what the instance was created with";
    unbuilt("auto_standby", patch.autoStandby(), fixed);
    unbuilt("env", patch.env(), fixed);
    unbuilt("expires_at", patch.expiresAt(), fixed);
    unbuilt("health_check", patch.healthCheck(), fixed);
    unbuilt("restart_policy", patch.restartPolicy(), fixed);
    unbuilt("ttl", patch.ttl(), fixed);
  }

  private static void unbuilt(String field, Optional<RawJson> asked, String reason) {
    Unbuilt.refuse(field, asked, reason, BY_PATCH);
  }

  /// Done when nothing of it is left.
  private void delete(Context context) {
    boolean graceful = Parameters.flag(context, "graceful_shutdown");
    Instance instance = InstancePath.instance(context, instances);
    InstancePhase phase = instance.state().phase();
    if (graceful && !instance.spec().protect() && phase == InstancePhase.RUNNING) {
      operations.ask(context, instance.id(), new InstanceEvent.StopAsked(GRACE));
    }
    Instance asked = operations.ask(context, instance.id(), new InstanceEvent.DeleteAsked());
    Optional<Instance> left = instances.get(asked.id());
    if (left.isPresent()) {
      context.status(202).json(json.of(left.orElseThrow()));
    } else {
      context.status(204);
    }
  }
}
