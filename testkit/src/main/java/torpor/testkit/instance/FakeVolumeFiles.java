package torpor.testkit.instance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import torpor.core.instance.volume.Volume;
import torpor.core.instance.volume.VolumeId;
import torpor.core.refusal.Refusal;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.caller.VolumeContent;
import torpor.engine.disk.DiskFailure;
import torpor.engine.volume.VolumeFailure;
import torpor.engine.volume.VolumeFiles;

/// Volumes of which only the sizes, contents and snapshots are known.
public final class FakeVolumeFiles implements VolumeFiles {
  private final Map<VolumeId, Long> sizes = new ConcurrentHashMap<>();
  private final Map<VolumeId, Set<SnapshotNumber>> snapshots = new ConcurrentHashMap<>();

  /// What a volume was made of; an archive as the bytes that came.
  public final Map<VolumeId, String> contents = new ConcurrentHashMap<>();

  /// Volumes whose files can be neither looked at nor deleted.
  public final Set<VolumeId> broken = ConcurrentHashMap.newKeySet();

  /// Volumes of whose files nothing is heard.
  public final Set<VolumeId> stuck = ConcurrentHashMap.newKeySet();

  private final Gates gates = new Gates();

  private volatile Optional<Death> death = Optional.empty();

  private record Death(String step, boolean done, CompletableFuture<Void> reached) {}

  /// The next step of this name (`create`, `resize`, `snapshot`, `remove`) is never heard of again.
  ///
  /// @param done whether it has done its work
  /// @return completes when the step has come to that
  public CompletableFuture<Void> dieIn(String step, boolean done) {
    CompletableFuture<Void> reached = new CompletableFuture<>();
    death = Optional.of(new Death(step, done, reached));
    return reached;
  }

  private <T> CompletionStage<T> step(String name, Supplier<T> work) {
    Optional<Death> dying = death.filter(it -> it.step().equals(name));
    if (dying.isEmpty()) {
      return gates.pass(name, work);
    }
    death = Optional.empty();
    if (dying.orElseThrow().done()) {
      var _ = work.get();
    }
    dying.orElseThrow().reached().complete(null);
    return new CompletableFuture<>();
  }

  private <T> CompletionStage<T> look(String name, VolumeId id, Supplier<T> work) {
    if (stuck.contains(id)) {
      return new CompletableFuture<>();
    }
    return broken.contains(id)
        ? CompletableFuture.failedFuture(
            new DiskFailure(
                name + " of " + id + " failed: Input/output error",
                false,
                new IOException("Input/output error")))
        : step(name, work);
  }

  /// The next step of this name fails.
  public void fail(String step, Refusal why) {
    gates.fail(step, new VolumeFailure(why));
  }

  /// Whether there is anything of it.
  public boolean exist(VolumeId id) {
    return sizes.containsKey(id);
  }

  public Set<SnapshotNumber> snapshots(VolumeId id) {
    return Set.copyOf(snapshots.getOrDefault(id, Set.of()));
  }

  @Override
  public CompletionStage<Long> smallest(VolumeContent content) {
    return CompletableFuture.completedFuture(
        content instanceof VolumeContent.OfVolume(VolumeId source, var _)
            ? Optional.ofNullable(sizes.get(source)).orElse(0L)
            : 0L);
  }

  @Override
  public CompletionStage<Long> create(Volume volume, VolumeContent content) {
    sizes.put(volume.id(), volume.bytes());
    return read(content)
        .thenCompose(text ->
            step(
                "create",
                () -> {
                  contents.put(volume.id(), text);
                  return volume.bytes();
                }));
  }

  /// An archive as it comes, on a thread of its own.
  private static CompletionStage<String> read(VolumeContent content) {
    return content instanceof VolumeContent.Archive
        ? CompletableFuture.supplyAsync(() -> text(content), work -> Thread.ofVirtual().start(work))
        : CompletableFuture.completedFuture(text(content));
  }

  private static String text(VolumeContent content) {
    return switch (content) {
      case VolumeContent.Empty _ -> "";
      case VolumeContent.Archive(var tar, var _) -> {
        try {
          yield new String(tar.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      case VolumeContent.OfVolume(var volume, var number) -> volume + "/" + number;
      case VolumeContent.OfInstance(var instance, var number, var volume) ->
          instance + "/" + number + "/" + volume;
    };
  }

  @Override
  public CompletionStage<?> resize(VolumeId id, long bytes) {
    return step("resize", () -> sizes.put(id, bytes));
  }

  @Override
  public CompletionStage<?> snapshot(VolumeId id, SnapshotNumber number) {
    return step("snapshot", () -> mine(id).add(number));
  }

  @Override
  public CompletionStage<?> dropSnapshot(VolumeId id, SnapshotNumber number) {
    return step("drop", () -> mine(id).remove(number));
  }

  @Override
  public CompletionStage<?> remove(VolumeId id) {
    return look(
        "remove",
        id,
        () -> {
          snapshots.remove(id);
          contents.remove(id);
          return sizes.remove(id);
        });
  }

  @Override
  public CompletionStage<Long> settle(
      VolumeId id, Set<SnapshotNumber> known, BooleanSupplier wanted) {
    return look(
        "settle",
        id,
        () -> {
          mine(id).retainAll(known);
          return Optional.ofNullable(sizes.get(id)).orElseThrow();
        });
  }

  @Override
  public CompletionStage<Set<VolumeId>> all() {
    return CompletableFuture.completedFuture(Set.copyOf(sizes.keySet()));
  }

  private Set<SnapshotNumber> mine(VolumeId id) {
    return snapshots.computeIfAbsent(id, _ -> ConcurrentHashMap.newKeySet());
  }
}
