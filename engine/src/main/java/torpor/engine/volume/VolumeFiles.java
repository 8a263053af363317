package torpor.engine.volume;

import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import torpor.core.instance.volume.Volume;
import torpor.core.instance.volume.VolumeId;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.caller.VolumeContent;

/// The files of volumes, one directory each. Thread-safe, asynchronous; failures complete the
/// future with a [torpor.engine.disk.DiskFailure] or a [VolumeFailure]. What is answered is
/// durable.
public interface VolumeFiles {

  /// The size in bytes of the smallest volume of that content: a snapshot's own; 0 where the
  /// content does not tell.
  CompletionStage<Long> smallest(VolumeContent content);

  /// Makes the volume's directory and content. Leaves, where it fails, what [#remove] clears.
  ///
  /// @return the size in bytes, which for a snapshot's content is at least the snapshot's
  CompletionStage<Long> create(Volume volume, VolumeContent content);

  /// Makes the volume and its file system larger; of one that nobody has.
  CompletionStage<?> resize(VolumeId id, long bytes);

  CompletionStage<?> snapshot(VolumeId id, SnapshotNumber number);

  CompletionStage<?> dropSnapshot(VolumeId id, SnapshotNumber number);

  /// Deletes everything of it. Nothing to do is fine.
  CompletionStage<?> remove(VolumeId id);

  /// Drops what an interrupted change left, and every snapshot that is not known.
  ///
  /// @param wanted false once nobody waits any more; nothing is deleted then, since a machine may
  ///   write the volume
  /// @return the size in bytes
  CompletionStage<Long> settle(VolumeId id, Set<SnapshotNumber> known, BooleanSupplier wanted);

  /// The volumes that have a directory.
  CompletionStage<Set<VolumeId>> all();
}
