package torpor.engine.instance;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstanceState;
import torpor.core.network.AddressSlot;
import torpor.engine.caller.Idleness;
import torpor.engine.clock.Alarms;
import torpor.engine.network.Activity;
import torpor.engine.network.Doorbell;
import torpor.engine.network.NetworkPlan;
import torpor.engine.network.Networks;
import torpor.engine.serial.Serial;

/// Puts instances to sleep that nobody has connected to for their idle time. The kernel tells of no
/// connection that ends, so it is looked at every few seconds, at all of them together.
///
/// The ports are held before an instance goes to sleep: who comes after the last look waits at the
/// door and wakes it again; who came before it is seen, and it stays awake.
final class IdleWatch {
  private static final Logger log = LoggerFactory.getLogger(IdleWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(5);

  private final Networks networks;
  private final NetworkPlans plans;
  private final Supplier<Collection<Instance>> all;
  private final Function<InstanceId, CompletionStage<Boolean>> sleep;
  private final InstantSource clock;
  private final Alarms alarms;
  private final Serial serial;
  private final Map<InstanceId, Idleness> seen = new HashMap<>();
  private volatile boolean closed;

  /// @param sleep asks for standby; false where it does not come about, and the ports are to be
  ///   opened again
  IdleWatch(
      Networks networks,
      NetworkPlans plans,
      Supplier<Collection<Instance>> all,
      Function<InstanceId, CompletionStage<Boolean>> sleep,
      InstantSource clock,
      Alarms alarms,
      Executor threads) {
    this.networks = networks;
    this.plans = plans;
    this.all = all;
    this.sleep = sleep;
    this.clock = clock;
    this.alarms = alarms;
    this.serial = new Serial(threads);
  }

  void start() {
    networks.doorbell().ifPresent(bell -> later(bell));
  }

  void close() {
    closed = true;
  }

  private void later(Doorbell bell) {
    alarms.at(clock.instant().plus(EVERY), () -> serial.execute(() -> look(bell)));
  }

  private void look(Doorbell bell) {
    if (closed) {
      return;
    }
    List<Instance> watched = all.get().stream().filter(IdleWatch::mayFallAsleep).toList();
    seen.keySet().retainAll(watched.stream().map(Instance::id).toList());
    CompletionStage<?> looked =
        watched.isEmpty()
            ? CompletableFuture.completedFuture(null)
            : bell.activity().thenAcceptAsync(activity -> judge(bell, watched, activity), serial);
    var _ =
        looked.whenComplete((_, failure) -> {
          if (failure != null) {
            log.warn("what comes in to instances cannot be told: {}", failure.toString());
          }
          later(bell);
        });
  }

  private static boolean mayFallAsleep(Instance instance) {
    return instance.state() instanceof InstanceState.Running
        && instance.operation().isEmpty()
        && instance.slot().isPresent()
        && instance.spec().idleStandby().isPresent();
  }

  private void judge(Doorbell bell, List<Instance> watched, Map<AddressSlot, Activity> activity) {
    Instant now = clock.instant();
    for (Instance instance : watched) {
      Activity shown = activity.getOrDefault(instance.slot().orElseThrow(), Activity.NONE);
      Idleness before = before(instance);
      Instant last = before.lastActive();
      if (!shown.isIdle()) {
        last = now;
      } else {
        Instant ended = shown.quiet().map(now::minus).orElse(last);
        last = ended.isAfter(last) ? ended : last;
      }
      seen.put(instance.id(), new Idleness(shown.open(), last, before.heldUntil()));
      if (isIdleForLong(instance)) {
        fallAsleep(bell, instance);
      }
    }
  }

  private Idleness before(Instance instance) {
    return seen.getOrDefault(instance.id(), new Idleness(0, instance.since(), Optional.empty()));
  }

  private boolean isIdleForLong(Instance instance) {
    Duration most = instance.spec().idleStandby().orElseThrow();
    return !before(instance).lastActive().plus(most).isAfter(clock.instant());
  }

  /// As the last look showed it.
  CompletionStage<Optional<Idleness>> of(InstanceId id) {
    return CompletableFuture.supplyAsync(() -> Optional.ofNullable(seen.get(id)), serial);
  }

  /// The idle time of one that is watched begins anew.
  CompletionStage<Optional<Idleness>> stayAwake(InstanceId id) {
    return CompletableFuture.supplyAsync(
        () ->
            all.get().stream()
                .filter(instance -> instance.id().equals(id) && mayFallAsleep(instance))
                .findFirst()
                .map(this::heldFromNow),
        serial);
  }

  private Idleness heldFromNow(Instance instance) {
    Instant now = clock.instant();
    Instant until = now.plus(instance.spec().idleStandby().orElseThrow());
    Idleness held = new Idleness(before(instance).connections(), now, Optional.of(until));
    seen.put(instance.id(), held);
    return held;
  }

  private void fallAsleep(Doorbell bell, Instance instance) {
    NetworkPlan plan = plans.of(instance);
    bell.hold(plan)
        .thenComposeAsync(
            open -> {
              if (open.isIdle() && isIdleForLong(instance)) {
                return sleep.apply(instance.id());
              }
              return CompletableFuture.completedFuture(false);
            },
            serial)
        .thenCompose(
            asleep -> asleep ? CompletableFuture.<Void>completedFuture(null) : bell.release(plan))
        .whenComplete((_, failure) -> {
          if (failure != null) {
            log.warn("{} stays awake: {}", instance.id(), failure.toString());
          }
        });
  }
}
