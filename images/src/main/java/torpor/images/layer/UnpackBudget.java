package torpor.images.layer;

import torpor.images.refused.ImageRefusedException;

/// What is left of an image's limits. Of one thread.
public final class UnpackBudget {
  private final ArchiveLimits limits;
  private long bytes;
  private long entries;

  public UnpackBudget(ArchiveLimits limits) {
    this.limits = limits;
    this.bytes = limits.unpackedBytes();
    this.entries = limits.entries();
  }

  void takeBytes(long count) throws ImageRefusedException {
    bytes -= count;
    if (bytes < 0) {
      throw ImageRefusedException.failed(
          "unpacked, the image is larger than %d bytes".formatted(limits.unpackedBytes()),
          "Raise the limit on unpacked bytes, or use a smaller image.");
    }
  }

  void takeEntry() throws ImageRefusedException {
    if (--entries < 0) {
      throw ImageRefusedException.failed(
          "the image has more than %d entries".formatted(limits.entries()),
          "Raise the limit on entries, or use a smaller image.");
    }
  }

  int pathBytes() {
    return limits.pathBytes();
  }
}
