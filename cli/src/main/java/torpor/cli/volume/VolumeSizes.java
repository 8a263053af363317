package torpor.cli.volume;

import torpor.cli.CommandFailure;
import torpor.cli.QuantityOption;
import torpor.wire.instance.MemorySizes;

/// The sizes of volumes on the command line.
final class VolumeSizes {
  private static final long GIB = 1L << 30;

  private VolumeSizes() {}

  /// Whole gigabytes.
  static long gigabytes(String size) {
    long bytes = MemorySizes.parse(QuantityOption.size("--size", size));
    if (bytes < GIB || bytes % GIB != 0) {
      throw CommandFailure.usage(
          "--size " + size + " is no whole number of gigabytes", "write --size 10GB");
    }
    return bytes / GIB;
  }
}
