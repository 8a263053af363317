package torpor.engine.instance;

import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.spec.Origin;
import torpor.core.job.JobId;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.disk.InstanceDirectories;
import torpor.engine.store.InstanceStore;
import torpor.engine.store.SnapshotRecord;

/// [InstanceFiles] in the same directories as the jobs'.
final class DirectoryFiles implements InstanceFiles {
  private final InstanceDirectories directories;
  private final InstanceStore store;

  DirectoryFiles(InstanceDirectories directories, InstanceStore store) {
    this.directories = directories;
    this.store = store;
  }

  /// An instance's directory is named as its job's would be: their ids are drawn from one source,
  /// so they never meet.
  private static JobId name(InstanceId id) {
    return new JobId(id.ulid());
  }

  @Override
  public CompletionStage<?> prepare(Instance instance) {
    JobId machine = name(instance.id());
    CompletionStage<?> made = directories.create(machine);
    return instance.spec().origin() instanceof Origin.Fork fork
        ? made.thenCompose(_ ->
            directories.link(name(fork.source()), fork.snapshot(), machine, SnapshotNumber.FIRST))
        : made;
  }

  @Override
  public CompletionStage<?> dropSnapshot(Instance instance, SnapshotNumber number) {
    return directories.dropSnapshot(name(instance.id()), number);
  }

  @Override
  public CompletionStage<?> remove(Instance instance) {
    return directories.remove(name(instance.id()));
  }

  /// Drops the snapshots that no commit names.
  CompletionStage<?> reconcile(Instance instance) {
    return store
        .snapshots(instance.id())
        .thenCompose(known ->
            directories.reconcile(
                name(instance.id()),
                known.stream()
                    .map(SnapshotRecord::ref)
                    .map(ref -> ref.number())
                    .collect(Collectors.toSet()),
                new SnapshotNumber(Math.max(1, instance.lastSnapshot()))));
  }
}
