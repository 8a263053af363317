package torpor.wire.volume;

/// Makes a volume larger.
///
/// @param sizeGb in GiB
public record VolumeResize(int sizeGb) {}
