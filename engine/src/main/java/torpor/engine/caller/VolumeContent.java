package torpor.engine.caller;

import java.io.InputStream;
import torpor.core.instance.InstanceId;
import torpor.core.instance.volume.VolumeId;
import torpor.core.snapshot.SnapshotNumber;

/// What a new volume begins with.
public sealed interface VolumeContent {

  record Empty() implements VolumeContent {}

  /// @param tar plain or compressed, from anybody; read once, not closed
  record Archive(InputStream tar) implements VolumeContent {}

  /// A volume's own snapshot.
  record OfVolume(VolumeId volume, SnapshotNumber snapshot) implements VolumeContent {}

  /// What an instance had in a volume when its snapshot was taken.
  record OfInstance(InstanceId instance, SnapshotNumber snapshot, VolumeId volume)
      implements VolumeContent {}
}
