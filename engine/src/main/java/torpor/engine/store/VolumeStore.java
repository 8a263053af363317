package torpor.engine.store;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import torpor.core.instance.volume.VolumeId;

/// What is durable of volumes. As with [InstanceStore], every write is conditional on this node's
/// epoch and on the row's version, and a store that cannot answer fails the future with a
/// [StoreFailure]. Names are unique per node by constraint.
public interface VolumeStore {

  CompletionStage<VolumeCommit> commit(VolumeTransition transition);

  CompletionStage<Optional<StoredVolume>> load(VolumeId id);

  /// Those of this node, by id. A node has thousands at most.
  CompletionStage<List<StoredVolume>> all();

  CompletionStage<Optional<Idempotency>> idempotency(String key);
}
