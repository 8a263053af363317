package torpor.engine.caller;

import java.io.InputStream;
import java.util.concurrent.CompletionStage;
import torpor.core.instance.InstanceId;
import torpor.core.instance.volume.VolumeId;
import torpor.core.snapshot.SnapshotNumber;

/// What a new volume begins with.
public sealed interface VolumeContent {

  record Empty() implements VolumeContent {}

  /// @param tar plain or compressed, from anybody; read once, not closed
  /// @param abandoned completes where nobody waits for the volume any more: then the work on it
  ///   ends as a failure, unless it is done
  record Archive(InputStream tar, CompletionStage<Void> abandoned) implements VolumeContent {}

  /// A volume's own snapshot.
  record OfVolume(VolumeId volume, SnapshotNumber snapshot) implements VolumeContent {}

  /// What an instance had in a volume when its snapshot was taken.
  record OfInstance(InstanceId instance, SnapshotNumber snapshot, VolumeId volume)
      implements VolumeContent {}
}
