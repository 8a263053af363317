package torpor.engine.instance;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.engine.clock.Alarms;

/// Tells those who wait for an instance to become something. Thread-safe.
final class InstanceWatch {
  private final InstantSource clock;
  private final Alarms alarms;
  private final AtomicLong keys = new AtomicLong();
  private final Map<Long, Waiter> waiters = new ConcurrentHashMap<>();

  private record Waiter(
      InstanceId id,
      Predicate<Optional<Instance>> enough,
      CompletableFuture<Optional<Instance>> told) {}

  InstanceWatch(InstantSource clock, Alarms alarms) {
    this.clock = clock;
    this.alarms = alarms;
  }

  /// The instance once `enough` holds of it, or as it is when `patience` has passed; empty where it
  /// does not exist any more.
  CompletionStage<Optional<Instance>> until(
      InstanceId id,
      Predicate<Optional<Instance>> enough,
      Duration patience,
      Function<InstanceId, Optional<Instance>> look) {
    CompletableFuture<Optional<Instance>> told = new CompletableFuture<>();
    long key = keys.incrementAndGet();
    waiters.put(key, new Waiter(id, enough, told));
    Alarms.Alarm alarm =
        alarms.at(clock.instant().plus(patience), () -> told.complete(look.apply(id)));
    // Looked at after the waiter is in place, or what changes in between would be missed.
    Optional<Instance> now = look.apply(id);
    if (enough.test(now)) {
      told.complete(now);
    }
    return told.whenComplete((_, _) -> {
      waiters.remove(key);
      alarm.cancel();
    });
  }

  /// @param now empty where it does not exist any more
  void changed(InstanceId id, Optional<Instance> now) {
    for (Waiter waiter : waiters.values()) {
      if (waiter.id().equals(id) && waiter.enough().test(now)) {
        waiter.told().complete(now);
      }
    }
  }
}
