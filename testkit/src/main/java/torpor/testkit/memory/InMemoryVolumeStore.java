package torpor.testkit.memory;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.core.instance.volume.VolumeId;
import torpor.engine.store.Idempotency;
import torpor.engine.store.StoreFailure;
import torpor.engine.store.StoredVolume;
import torpor.engine.store.Version;
import torpor.engine.store.VolumeCommit;
import torpor.engine.store.VolumeStore;
import torpor.engine.store.VolumeTransition;

/// [VolumeStore] without a database: everything it answers is as durable as this object.
public final class InMemoryVolumeStore implements VolumeStore {
  private final Map<VolumeId, StoredVolume> rows = new HashMap<>();
  private final Map<String, Idempotency> keys = new HashMap<>();
  private Optional<Trouble> trouble = Optional.empty();

  private record Trouble(StoreFailure failure, boolean written) {}

  @Override
  public synchronized CompletionStage<VolumeCommit> commit(VolumeTransition transition) {
    Optional<Trouble> now = trouble;
    trouble = Optional.empty();
    if (now.isEmpty()) {
      return CompletableFuture.completedFuture(write(transition));
    }
    if (now.orElseThrow().written()) {
      var _ = write(transition);
    }
    return CompletableFuture.failedFuture(now.orElseThrow().failure());
  }

  /// The next commit fails.
  ///
  /// @param written whether it has happened all the same
  public synchronized void fail(StoreFailure failure, boolean written) {
    trouble = Optional.of(new Trouble(failure, written));
  }

  /// The row is lost, as by a store that was put back from a backup.
  public synchronized void forget(VolumeId id) {
    rows.remove(id);
  }

  private VolumeCommit write(VolumeTransition transition) {
    VolumeId id = transition.next().id();
    Version expected = transition.expected();
    Optional<Idempotency> first =
        transition.idempotency().flatMap(key -> Optional.ofNullable(keys.get(key.key())));
    if (first.isPresent()) {
      return new VolumeCommit.Repeated(first.orElseThrow());
    }
    Version found =
        Optional.ofNullable(rows.get(id)).map(StoredVolume::version).orElse(Version.ABSENT);
    if (!found.equals(expected)) {
      return new VolumeCommit.Stale();
    }
    boolean taken =
        rows.values().stream()
            .map(StoredVolume::volume)
            .anyMatch(
                other -> !other.id().equals(id) && other.name().equals(transition.next().name()));
    if (taken) {
      return new VolumeCommit.NameTaken();
    }
    transition.idempotency().ifPresent(key -> keys.put(key.key(), key));
    if (transition.givenUp()) {
      keys.values().removeIf(key -> key.answer().equals(id.toString()));
    }
    if (transition.removed()) {
      rows.remove(id);
    } else {
      rows.put(id, new StoredVolume(transition.next(), expected.next()));
    }
    return new VolumeCommit.Committed(expected.next());
  }

  @Override
  public synchronized CompletionStage<Optional<StoredVolume>> load(VolumeId id) {
    return CompletableFuture.completedFuture(Optional.ofNullable(rows.get(id)));
  }

  @Override
  public synchronized CompletionStage<List<StoredVolume>> all() {
    return CompletableFuture.completedFuture(
        rows.values().stream().sorted(Comparator.comparing(row -> row.volume().id())).toList());
  }

  @Override
  public synchronized CompletionStage<Optional<Idempotency>> idempotency(String key) {
    return CompletableFuture.completedFuture(Optional.ofNullable(keys.get(key)));
  }
}
