package torpor.store;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import torpor.core.instance.InstanceId;
import torpor.core.job.JobId;
import torpor.engine.store.Idempotency;
import torpor.engine.store.InstanceCommit;
import torpor.engine.store.InstanceStore;
import torpor.engine.store.InstanceTransition;
import torpor.engine.store.SnapshotRecord;
import torpor.engine.store.StoredInstance;
import torpor.store.read.DetailReads;
import torpor.store.read.InstanceReads;
import torpor.store.read.Readers;
import torpor.store.write.InstanceWrites;
import torpor.store.write.NodeLease;
import torpor.store.write.Writer;

/// [InstanceStore] on SQL, beside the jobs' and closed with it. Made by [SqlJobStore#instances].
final class SqlInstanceStore implements InstanceStore {
  private final Writer writer;
  private final Readers readers;
  private final NodeLease lease;

  SqlInstanceStore(Writer writer, Readers readers, NodeLease lease) {
    this.writer = writer;
    this.readers = readers;
    this.lease = lease;
  }

  @Override
  public CompletionStage<InstanceCommit> commit(InstanceTransition transition) {
    return writer.perform(
        transition.happenings().size(),
        (session, first) -> InstanceWrites.write(session, lease, transition, first));
  }

  @Override
  public CompletionStage<Optional<StoredInstance>> load(InstanceId id) {
    return readers.read(id.toString(), connection -> InstanceReads.load(connection, id));
  }

  @Override
  public CompletionStage<List<StoredInstance>> all() {
    return readers.read("instances", connection -> InstanceReads.all(connection, lease.node()));
  }

  @Override
  public CompletionStage<List<SnapshotRecord>> snapshots(InstanceId id) {
    return readers.read(
        "snapshots of " + id,
        connection -> DetailReads.snapshots(connection, new JobId(id.ulid())));
  }

  @Override
  public CompletionStage<Optional<Idempotency>> idempotency(String key) {
    return readers.read(
        "an idempotency record", connection -> DetailReads.idempotency(connection, key));
  }
}
