package torpor.runtime.qemu.memory;

import java.util.BitSet;

/// Page numbers and sizes. A page is 4 KiB, as the host's page tables have it.
public final class Pages {
  public static final int SIZE = 4096;

  /// Pages in one piece of a layer.
  public static final int PIECE = 256;

  private Pages() {}

  /// Told of a run of neighbouring pages.
  @FunctionalInterface
  interface RunTaker<X extends Exception> {
    void take(int first, int count) throws X;
  }

  /// Runs over a set in order, no run longer than `longest`.
  static <X extends Exception> void eachRun(BitSet pages, int longest, RunTaker<X> taker) throws X {
    for (int first = pages.nextSetBit(0); first >= 0; ) {
      int end = (int) Math.min(pages.nextClearBit(first), (long) first + longest);
      taker.take(first, end - first);
      first = pages.nextSetBit(end);
    }
  }

  static long bytes(long pages) {
    return pages * SIZE;
  }

  /// Of a memory of so many bytes.
  ///
  /// @throws IllegalArgumentException where it is no whole number of pages, or more than can be
  ///   counted
  public static int count(long bytes) {
    if (bytes <= 0 || bytes % SIZE != 0 || bytes / SIZE > Integer.MAX_VALUE / 2) {
      throw new IllegalArgumentException("not a size of a memory: " + bytes);
    }
    return (int) (bytes / SIZE);
  }
}
