package torpor.images.layer;

import java.time.Duration;

/// How large an image may be. All sizes in bytes.
///
/// @param downloadBytes of everything fetched, compressed as it comes
/// @param unpackedBytes of all layers together, also where a later one removes what an earlier one
///   had
/// @param entries of all layers together
/// @param pathBytes of one name; a link's target may be as long
/// @param documentBytes of one manifest, index or configuration
/// @param deadline for each step of a fetch
public record ArchiveLimits(
    long downloadBytes,
    long unpackedBytes,
    long entries,
    int pathBytes,
    int layers,
    int documentBytes,
    Duration deadline) {
  public static final ArchiveLimits DEFAULT =
      new ArchiveLimits(16L << 30, 32L << 30, 2_000_000, 1024, 256, 4 << 20, Duration.ofHours(1));

  public ArchiveLimits {
    if (downloadBytes < 1
        || unpackedBytes < 1
        || entries < 1
        || pathBytes < 1
        || layers < 1
        || documentBytes < 1
        || !deadline.isPositive()) {
      throw new IllegalArgumentException("every limit is positive");
    }
  }
}
