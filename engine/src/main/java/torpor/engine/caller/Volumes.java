package torpor.engine.caller;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import torpor.core.instance.volume.Attachment;
import torpor.core.instance.volume.Volume;
import torpor.core.instance.volume.VolumeId;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;

/// Volumes, for callers. Thread-safe and asynchronous; what is answered is done and durable.
/// Attaching is up to the instances: [torpor.core.instance.operation.InstanceEvent.VolumesAsked].
public interface Volumes {

  /// Makes a volume; answers when it is ready. One that cannot be made leaves nothing.
  CompletionStage<Reply<Volume>> create(VolumeRequest request);

  /// An id, a name, or the beginning of an id that only one volume has.
  Reply<VolumeId> resolve(String idOrNameOrPrefix);

  Optional<Volume> get(VolumeId id);

  /// By age, the oldest first.
  List<Volume> list();

  /// Why nothing can be done with it but to delete it; empty where all is well. Another daemon
  /// looks again, and so does [#delete].
  Optional<String> trouble(VolumeId id);

  /// The instances that have it, running or not.
  List<Attachment> attachments(VolumeId id);

  /// Makes it larger; refused while an instance holds it.
  CompletionStage<Reply<Volume>> resize(VolumeId id, long bytes);

  /// Keeps what it is now; refused while an instance holds it to write.
  CompletionStage<Reply<Volume>> snapshot(VolumeId id, Optional<String> label);

  CompletionStage<Reply<Volume>> dropSnapshot(VolumeId id, SnapshotNumber number);

  /// Deletes it, with its snapshots; refused while an instance has it, running or not. One whose
  /// files cannot be deleted stays, deleting and in trouble, and may be deleted again.
  CompletionStage<Reply<Volume>> delete(VolumeId id);
}
