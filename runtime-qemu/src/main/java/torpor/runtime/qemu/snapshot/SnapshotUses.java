package torpor.runtime.qemu.snapshot;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Who reads which snapshots at this moment. What a snapshot's manifest does not name any more is
/// deleted only while nobody reads that snapshot; whoever reads never waits for more than that
/// deletion. Thread-safe.
public final class SnapshotUses {
  private final Map<Path, Integer> readers = new ConcurrentHashMap<>();
  private final Map<Path, Integer> restores = new ConcurrentHashMap<>();

  /// Ends the use.
  @FunctionalInterface
  public interface Use extends AutoCloseable {
    @Override
    void close();
  }

  /// From now on the files that the manifest names stay, whatever the manifest says later.
  public Use reading(Path snapshot) {
    Path key = key(snapshot);
    add(readers, key);
    return () -> remove(readers, key);
  }

  /// The same, for a restore: what is done in the background to its instance's snapshots stops.
  public Use restoring(Path snapshot) {
    Path key = key(snapshot);
    Path all = parent(key);
    add(restores, all);
    add(readers, key);
    return () -> {
      remove(readers, key);
      remove(restores, all);
    };
  }

  /// Whether one of an instance's snapshots is being restored.
  ///
  /// @param snapshots the directory that they are in
  public boolean isRestoring(Path snapshots) {
    return restores.containsKey(key(snapshots));
  }

  /// Does this, quickly, if nobody reads the snapshot; who begins to do so meanwhile waits.
  public void ifUnread(Path snapshot, Runnable quick) {
    var _ =
        readers.compute(
            key(snapshot),
            (_, count) -> {
              if (count == null) {
                quick.run();
              }
              return count;
            });
  }

  private static void add(Map<Path, Integer> counts, Path key) {
    var _ = counts.merge(key, 1, Integer::sum);
  }

  private static void remove(Map<Path, Integer> counts, Path key) {
    var _ = counts.compute(key, (_, count) -> count == null || count == 1 ? null : count - 1);
  }

  private static Path key(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? path : parent;
  }
}
