package torpor.engine.instance;

import java.util.concurrent.CompletionStage;
import torpor.core.instance.Instance;
import torpor.core.snapshot.SnapshotNumber;

/// The files of hand-driven instances. Asynchronous; failures complete the future with a
/// [torpor.engine.disk.DiskFailure].
public interface InstanceFiles {

  /// Makes the instance's directory; for a fork, with the source's snapshot linked in as number 1.
  /// Doing it again changes nothing.
  CompletionStage<?> prepare(Instance instance);

  CompletionStage<?> dropSnapshot(Instance instance, SnapshotNumber number);

  CompletionStage<?> remove(Instance instance);
}
