package torpor.engine.store;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import torpor.core.instance.InstanceId;

/// What is durable of hand-driven instances. As with [JobStore], every write is conditional on this
/// node's epoch and on the row's version, and a store that cannot answer fails the future with a
/// [StoreFailure].
///
/// Names, addresses and published ports are unique per node by constraint: the commit decides who
/// has one, not a look before it.
public interface InstanceStore {

  CompletionStage<InstanceCommit> commit(InstanceTransition transition);

  CompletionStage<Optional<StoredInstance>> load(InstanceId id);

  /// Those of this node, by id. A node has thousands at most.
  CompletionStage<List<StoredInstance>> all();

  /// Oldest first.
  CompletionStage<List<SnapshotRecord>> snapshots(InstanceId id);

  CompletionStage<Optional<Idempotency>> idempotency(String key);
}
