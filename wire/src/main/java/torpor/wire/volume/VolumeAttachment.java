package torpor.wire.volume;

/// An instance that has a volume.
///
/// @param held whether it has a machine, or memory in standby, in which the volume is mounted
public record VolumeAttachment(
    String instanceId,
    String instanceName,
    String mountPath,
    boolean readonly,
    boolean overlay,
    boolean held) {}
