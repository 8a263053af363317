package torpor.testkit.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.operation.InstanceChange;
import torpor.core.network.PublishedPort;
import torpor.core.snapshot.SnapshotCheck;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.engine.store.Idempotency;
import torpor.engine.store.InstanceCommit;
import torpor.engine.store.InstanceStore;
import torpor.engine.store.InstanceTransition;
import torpor.engine.store.SnapshotRecord;
import torpor.engine.store.StoreFailure;
import torpor.engine.store.StoredInstance;
import torpor.engine.store.Version;

/// [InstanceStore] without a database: everything it answers is as durable as this object.
public final class InMemoryInstanceStore implements InstanceStore {
  private final Map<InstanceId, StoredInstance> rows = new HashMap<>();
  private final Map<InstanceId, List<SnapshotRecord>> snapshots = new HashMap<>();
  private final Map<String, Idempotency> keys = new HashMap<>();
  private Optional<StoreFailure> trouble = Optional.empty();

  @Override
  public synchronized CompletionStage<InstanceCommit> commit(InstanceTransition transition) {
    Optional<StoreFailure> now = trouble;
    trouble = Optional.empty();
    return now.<CompletionStage<InstanceCommit>>map(CompletableFuture::failedFuture)
        .orElseGet(() -> CompletableFuture.completedFuture(write(transition)));
  }

  /// The next commit fails, and has not happened.
  public synchronized void fail(StoreFailure failure) {
    trouble = Optional.of(failure);
  }

  private InstanceCommit write(InstanceTransition transition) {
    Instance next = transition.next();
    Optional<InstanceCommit> refused =
        transition.expected().equals(Version.ABSENT)
            ? taken(transition)
            : Optional.ofNullable(rows.get(next.id()))
                    .filter(row -> row.version().equals(transition.expected()))
                    .isPresent()
                ? Optional.empty()
                : Optional.of(new InstanceCommit.Stale());
    if (refused.isPresent()) {
      return refused.orElseThrow();
    }
    Version version = transition.expected().next();
    transition.idempotency().ifPresent(key -> keys.put(key.key(), key));
    rows.put(next.id(), new StoredInstance(next, version));
    transition.changes().forEach(change -> apply(next.id(), change));
    return new InstanceCommit.Committed(version);
  }

  private Optional<InstanceCommit> taken(InstanceTransition transition) {
    Optional<Idempotency> first =
        transition.idempotency().flatMap(key -> Optional.ofNullable(keys.get(key.key())));
    if (first.isPresent()) {
      return Optional.of(new InstanceCommit.Repeated(first.orElseThrow()));
    }
    Instance next = transition.next();
    for (StoredInstance row : rows.values()) {
      Instance other = row.instance();
      if (other.spec().name().equals(next.spec().name())) {
        return Optional.of(new InstanceCommit.NameTaken());
      }
      if (next.slot().isPresent() && other.slot().equals(next.slot())) {
        return Optional.of(new InstanceCommit.SlotTaken());
      }
      for (PublishedPort port : next.spec().network().ports()) {
        if (other.spec().network().ports().stream().anyMatch(p -> isSame(p, port))) {
          return Optional.of(new InstanceCommit.PortTaken(port));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isSame(PublishedPort a, PublishedPort b) {
    return a.protocol() == b.protocol() && a.hostPort() == b.hostPort();
  }

  private void apply(InstanceId id, InstanceChange change) {
    List<SnapshotRecord> known = snapshots.computeIfAbsent(id, _ -> new ArrayList<>());
    switch (change) {
      case InstanceChange.SnapshotRecorded taken ->
          known.add(
              new SnapshotRecord(
                  new SnapshotRef(taken.number(), taken.takenAt(), taken.token(), Optional.empty()),
                  taken.generation(),
                  taken.label(),
                  taken.facts(),
                  taken.scheduled(),
                  new SnapshotCheck.Unchecked()));
      case InstanceChange.SnapshotChecked(SnapshotNumber number, SnapshotCheck check) ->
          known.replaceAll(
              record -> record.ref().number().equals(number) ? checked(record, check) : record);
      case InstanceChange.SnapshotForgotten(SnapshotNumber number) ->
          known.removeIf(record -> record.ref().number().equals(number));
      case InstanceChange.Removed _ -> {
        rows.remove(id);
        snapshots.remove(id);
      }
    }
  }

  private static SnapshotRecord checked(SnapshotRecord record, SnapshotCheck check) {
    return new SnapshotRecord(
        record.ref(),
        record.generation(),
        record.label(),
        record.facts(),
        record.scheduled(),
        check);
  }

  @Override
  public synchronized CompletionStage<Optional<StoredInstance>> load(InstanceId id) {
    return CompletableFuture.completedFuture(Optional.ofNullable(rows.get(id)));
  }

  @Override
  public synchronized CompletionStage<List<StoredInstance>> all() {
    return CompletableFuture.completedFuture(
        rows.values().stream().sorted(Comparator.comparing(row -> row.instance().id())).toList());
  }

  @Override
  public synchronized CompletionStage<List<SnapshotRecord>> snapshots(InstanceId id) {
    return CompletableFuture.completedFuture(List.copyOf(snapshots.getOrDefault(id, List.of())));
  }

  @Override
  public synchronized CompletionStage<Optional<Idempotency>> idempotency(String key) {
    return CompletableFuture.completedFuture(Optional.ofNullable(keys.get(key)));
  }
}
