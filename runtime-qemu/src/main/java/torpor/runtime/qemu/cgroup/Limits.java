package torpor.runtime.qemu.cgroup;

/// What one process may take, its threads together.
///
/// @param processors in thousandths of one
/// @param weight against others where processors are short, 1 to 10,000; 100 is a usual process
/// @param memoryBytes of what cannot be dropped, the kernel's share for it included
/// @param tasks threads and processes at once
public record Limits(long processors, int weight, long memoryBytes, int tasks) {
  private static final int MOST_WEIGHT = 10_000;

  public Limits {
    if (processors < 1 || weight < 1 || weight > MOST_WEIGHT || memoryBytes < 1 || tasks < 1) {
      throw new IllegalArgumentException(
          "limits: %d, %d, %d, %d".formatted(processors, weight, memoryBytes, tasks));
    }
  }
}
