package torpor.runtime.wasm.guest;

import java.time.Duration;

/// What one guest may use.
///
/// @param memoryBytes linear memory, rounded down to whole pages of 64 KiB
/// @param cpuTime processor time over the job's whole life as far as its checkpoints reach back
/// @param fileBytes content of the private directory
public record GuestLimits(long memoryBytes, Duration cpuTime, long fileBytes) {
  private static final int WASM_PAGE_BYTES = 1 << 16;

  public GuestLimits {
    if (memoryBytes < WASM_PAGE_BYTES
        || cpuTime.isNegative()
        || cpuTime.isZero()
        || fileBytes < 0) {
      throw new IllegalArgumentException("guest limits must be positive");
    }
  }

  int memoryPages() {
    return (int) Math.min(Integer.MAX_VALUE, memoryBytes / WASM_PAGE_BYTES);
  }
}
