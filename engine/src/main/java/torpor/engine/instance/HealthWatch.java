package torpor.engine.instance;

import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstanceState;
import torpor.core.instance.health.Health;
import torpor.core.instance.spec.HealthCheck;
import torpor.core.machine.Generation;
import torpor.engine.clock.Alarms;
import torpor.engine.network.Networks;

/// Checks running instances that ask for it, each at its own interval. What it finds is kept in
/// memory and begins anew with every life; it changes no instance.
final class HealthWatch {
  private final HealthProbes probes;
  private final Networks networks;
  private final Function<InstanceId, Optional<Instance>> look;
  private final InstantSource clock;
  private final Alarms alarms;
  private final Map<InstanceId, Watched> watched = new ConcurrentHashMap<>();
  private volatile boolean closed;

  private record Watched(Generation life, Health health) {}

  HealthWatch(
      HealthProbes probes,
      Networks networks,
      Function<InstanceId, Optional<Instance>> look,
      InstantSource clock,
      Alarms alarms) {
    this.probes = probes;
    this.networks = networks;
    this.look = look;
    this.clock = clock;
    this.alarms = alarms;
  }

  /// Empty for one without a check, or that does not run.
  Optional<Health> of(InstanceId id) {
    return Optional.ofNullable(watched.get(id)).map(Watched::health);
  }

  void close() {
    closed = true;
  }

  /// Begins with a life that is not watched yet, and forgets what does not run.
  void changed(InstanceId id, Optional<Instance> now) {
    Optional<Instance> runs =
        now.filter(instance ->
            instance.state() instanceof InstanceState.Running
                && instance.spec().health().isPresent());
    if (runs.isEmpty()) {
      watched.remove(id);
      return;
    }
    Instance instance = runs.orElseThrow();
    Watched before = watched.get(id);
    if (before != null && before.life().equals(instance.generation())) {
      return;
    }
    watched.put(id, new Watched(instance.generation(), Health.starting(clock.instant())));
    later(instance);
  }

  private void later(Instance instance) {
    HealthCheck check = instance.spec().health().orElseThrow();
    alarms.at(
        clock.instant().plus(check.interval()),
        () -> check(instance.id(), instance.generation(), check));
  }

  private void check(InstanceId id, Generation life, HealthCheck check) {
    Optional<Instance> now = look.apply(id).filter(i -> i.generation().equals(life));
    if (closed || now.isEmpty() || !watched.containsKey(id)) {
      return;
    }
    Instance instance = now.orElseThrow();
    probes
        .probe(instance, instance.slot().map(networks::outside), check.probe(), check.timeout())
        .exceptionally(failure -> Optional.of(failure.toString()))
        .thenAccept(failure -> {
          watched.computeIfPresent(
              id,
              (_, known) ->
                  known.life().equals(life)
                      ? new Watched(life, after(known.health(), check, failure))
                      : known);
          later(instance);
        });
  }

  private Health after(Health health, HealthCheck check, Optional<String> failure) {
    return failure.isPresent()
        ? health.failed(check, failure.orElseThrow(), clock.instant())
        : health.succeeded(check, clock.instant());
  }
}
