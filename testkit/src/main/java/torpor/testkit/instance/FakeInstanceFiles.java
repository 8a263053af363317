package torpor.testkit.instance;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.instance.InstanceFiles;

/// Directories that are only known to be there.
public final class FakeInstanceFiles implements InstanceFiles {
  private final Set<InstanceId> prepared = ConcurrentHashMap.newKeySet();

  public boolean exist(InstanceId id) {
    return prepared.contains(id);
  }

  @Override
  public CompletionStage<?> prepare(Instance instance) {
    prepared.add(instance.id());
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<?> dropSnapshot(Instance instance, SnapshotNumber number) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<?> remove(Instance instance) {
    prepared.remove(instance.id());
    return CompletableFuture.completedFuture(null);
  }
}
