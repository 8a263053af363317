package torpor.store;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import torpor.core.instance.volume.VolumeId;
import torpor.engine.store.Idempotency;
import torpor.engine.store.StoredVolume;
import torpor.engine.store.VolumeCommit;
import torpor.engine.store.VolumeStore;
import torpor.engine.store.VolumeTransition;
import torpor.store.read.DetailReads;
import torpor.store.read.Readers;
import torpor.store.read.VolumeReads;
import torpor.store.write.NodeLease;
import torpor.store.write.VolumeWrites;
import torpor.store.write.Writer;

/// [VolumeStore] on SQL, beside the jobs' and closed with it. Made by [SqlJobStore#volumes].
final class SqlVolumeStore implements VolumeStore {
  private final Writer writer;
  private final Readers readers;
  private final NodeLease lease;

  SqlVolumeStore(Writer writer, Readers readers, NodeLease lease) {
    this.writer = writer;
    this.readers = readers;
    this.lease = lease;
  }

  @Override
  public CompletionStage<VolumeCommit> commit(VolumeTransition transition) {
    return writer.perform(session -> VolumeWrites.write(session, lease, transition));
  }

  @Override
  public CompletionStage<Optional<StoredVolume>> load(VolumeId id) {
    return readers.read(id.toString(), connection -> VolumeReads.load(connection, id));
  }

  @Override
  public CompletionStage<List<StoredVolume>> all() {
    return readers.read("volumes", connection -> VolumeReads.all(connection, lease.node()));
  }

  @Override
  public CompletionStage<Optional<Idempotency>> idempotency(String key) {
    return readers.read(
        "an idempotency record", connection -> DetailReads.idempotency(connection, key));
  }
}
