package torpor.engine.instance;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.volume.VolumeId;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.instance.Capacity.Use;
import torpor.engine.store.StoredInstance;

/// Gives away what the host has, and never more than [Capacity] allows. What the rows say is given;
/// for as long as a row does not say so yet, whoever asks holds a reservation.
///
/// ```
///   reserve ──→ row committed, known ──→ release      who has it counts once, at its larger
///      └─ no room: refused       └─ refused: release
/// ```
///
/// To look whether there is room and to take it are one step, however many ask at once. Nothing is
/// written down: a new daemon counts rows. Thread-safe, without waiting.
final class Reservations {
  private final Capacity capacity;
  private final Supplier<Collection<StoredInstance>> instances;
  private final Supplier<Map<VolumeId, Long>> volumes;

  /// Replaced whole, and only by who has seen all of it.
  private final AtomicReference<List<Reservation>> open = new AtomicReference<>(List.of());

  /// A place in the capacity, until it is released.
  final class Reservation {
    private final Object holder;
    private final Use use;

    private Reservation(Object holder, Use use) {
      this.holder = holder;
      this.use = use;
    }

    /// The row says it now, or never will.
    void release() {
      open.updateAndGet(all -> all.stream().filter(other -> other != this).toList());
    }
  }

  /// A snapshot's machine on trial, beside the one that its instance may have.
  private record Trial(InstanceId instance, SnapshotNumber snapshot) {}

  /// @param instances those that are known, and `volumes` the bytes of each: with everything that
  ///   was committed before a reservation was released
  Reservations(
      Capacity capacity,
      Supplier<Collection<StoredInstance>> instances,
      Supplier<Map<VolumeId, Long>> volumes) {
    this.capacity = capacity;
    this.instances = instances;
    this.volumes = volumes;
  }

  /// For one that is new, or has no machine and is to have one.
  Reply<Reservation> reserve(Instance awake) {
    return reserve(awake.id(), Capacity.whole(awake));
  }

  /// For a volume that is to have so many bytes.
  Reply<Reservation> reserve(VolumeId volume, long bytes) {
    return reserve(volume, new Use(0, 0, bytes));
  }

  Reply<Reservation> reserveTrial(Instance instance, SnapshotNumber snapshot) {
    Use whole = Capacity.whole(instance);
    return reserve(
        new Trial(instance.id(), snapshot), new Use(whole.cpus(), whole.memoryBytes(), 0));
  }

  private Reply<Reservation> reserve(Object holder, Use wanted) {
    Reservation asked = new Reservation(holder, wanted);
    while (true) {
      // In this order: what is released meanwhile is among the rows by then.
      List<Reservation> before = open.get();
      Map<Object, Use> held = held(before);
      Use now = sum(held.values());
      held.merge(holder, wanted, Use::larger);
      Optional<Refusal> refused = capacity.refusal(now, sum(held.values()));
      if (refused.isPresent()) {
        return Reply.refused(refused.orElseThrow());
      }
      List<Reservation> after = new ArrayList<>(before);
      after.add(asked);
      if (open.compareAndSet(before, List.copyOf(after))) {
        return Reply.done(asked);
      }
    }
  }

  /// Who has how much, or is promised it.
  private Map<Object, Use> held(List<Reservation> reserved) {
    Map<Object, Use> held = new HashMap<>();
    for (StoredInstance row : instances.get()) {
      held.put(row.instance().id(), Capacity.use(row.instance()));
    }
    volumes.get().forEach((id, bytes) -> held.put(id, new Use(0, 0, bytes)));
    reserved.forEach(one -> held.merge(one.holder, one.use, Use::larger));
    return held;
  }

  private static Use sum(Collection<Use> uses) {
    return uses.stream().reduce(Use.NOTHING, Use::plus);
  }
}
