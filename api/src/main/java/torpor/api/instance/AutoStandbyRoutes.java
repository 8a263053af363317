package torpor.api.instance;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import torpor.api.http.RefusedException;
import torpor.api.http.Route;
import torpor.api.http.Waits;
import torpor.core.instance.Instance;
import torpor.core.instance.InstancePhase;
import torpor.core.instance.operation.Operation;
import torpor.core.refusal.RefusalCode;
import torpor.engine.caller.Idleness;
import torpor.engine.caller.Instances;
import torpor.wire.instance.AutoStandbyStatus;

/// What decides about the standby of an instance by itself, and how to put that off.
public final class AutoStandbyRoutes {
  private static final String TRACKING = "conntrack";
  private final Instances instances;
  private final Waits waits;
  private final Clock clock;

  public AutoStandbyRoutes(Instances instances, Waits waits, Clock clock) {
    this.instances = instances;
    this.waits = waits;
    this.clock = clock;
  }

  public List<Route> routes() {
    String below = "/v1/instances/{id}/auto-standby";
    return List.of(
        Route.caller(HandlerType.GET, below + "/status", this::show),
        Route.caller(HandlerType.POST, below + "/hold", this::hold));
  }

  private void show(Context context) {
    Instance instance = InstancePath.instance(context, instances);
    context.json(status(instance, waits.value(instances.idleness(instance.id())), now()));
  }

  private void hold(Context context) {
    Instance instance = InstancePath.instance(context, instances);
    if (instance.state().phase() == InstancePhase.STANDBY || isFallingAsleep(instance)) {
      throw RefusedException.of(
          RefusalCode.INSTANCE_STATE,
          instance.spec().name() + " sleeps already, or is about to",
          "Restore it first, or just connect to a published port.");
    }
    context.json(status(instance, waits.value(instances.stayAwake(instance.id())), now()));
  }

  private Instant now() {
    return clock.instant();
  }

  private static boolean isFallingAsleep(Instance instance) {
    return instance
        .operation()
        .filter(operation -> operation.kind() == Operation.Kind.STANDBY)
        .isPresent();
  }

  private enum Status {
    DISABLED("disabled", "policy_missing"),
    STANDBY_REQUESTED("standby_requested", "ready_for_standby"),
    NOT_RUNNING("ineligible", "instance_not_running"),
    NO_NETWORK("ineligible", "network_disabled"),
    ACTIVE("active", "active_inbound_connections"),
    COUNTDOWN("idle_countdown", "idle_timeout_not_elapsed"),
    READY("ready_for_standby", "ready_for_standby");

    private final String text;
    private final String reason;

    Status(String text, String reason) {
      this.text = text;
      this.reason = reason;
    }
  }

  /// Pure.
  ///
  /// @param seen empty where it is not watched, or was not looked at yet
  static AutoStandbyStatus status(Instance instance, Optional<Idleness> seen, Instant now) {
    Optional<Duration> timeout = instance.spec().idleStandby();
    Idleness idleness = seen.orElseGet(() -> new Idleness(0, instance.since(), Optional.empty()));
    Optional<Instant> next = timeout.map(idleness.lastActive()::plus);
    Status status = status(instance, idleness, next, now);
    boolean idle = status == Status.COUNTDOWN || status == Status.READY;
    boolean watched = idle || status == Status.ACTIVE;
    return new AutoStandbyStatus(
        true,
        timeout.isPresent(),
        timeout.isPresent(),
        watched,
        status.text,
        status.reason,
        watched ? idleness.connections() : 0,
        TRACKING,
        timeout,
        idle ? Optional.of(idleness.lastActive()) : Optional.empty(),
        watched ? Optional.of(idleness.lastActive()) : Optional.empty(),
        idle ? next : Optional.empty(),
        status == Status.COUNTDOWN
            ? next.map(at -> Duration.ofSeconds(Duration.between(now, at).toSeconds()))
            : Optional.empty(),
        watched ? idleness.heldUntil().filter(now::isBefore) : Optional.empty());
  }

  private static Status status(
      Instance instance, Idleness idleness, Optional<Instant> next, Instant now) {
    if (next.isEmpty()) {
      return Status.DISABLED;
    }
    if (isFallingAsleep(instance)) {
      return Status.STANDBY_REQUESTED;
    }
    if (instance.state().phase() != InstancePhase.RUNNING) {
      return Status.NOT_RUNNING;
    }
    if (instance.slot().isEmpty()) {
      return Status.NO_NETWORK;
    }
    if (idleness.connections() > 0) {
      return Status.ACTIVE;
    }
    return next.filter(now::isBefore).isPresent() ? Status.COUNTDOWN : Status.READY;
  }
}
