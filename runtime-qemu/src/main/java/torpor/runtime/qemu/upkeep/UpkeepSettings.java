package torpor.runtime.qemu.upkeep;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// @param compression what cold snapshots are packed with
/// @param coldAfter how long after it was taken a snapshot is cold
/// @param instances where the instances' directories are, to go on with what an earlier daemon did
///   not come to
public record UpkeepSettings(
    Compression compression, Duration coldAfter, Optional<Path> instances) {
  public static final UpkeepSettings NONE =
      new UpkeepSettings(Compression.NONE, Duration.ofHours(1), Optional.empty());

  public enum Compression {
    NONE,
    LZ4,
    ZSTD
  }
}
