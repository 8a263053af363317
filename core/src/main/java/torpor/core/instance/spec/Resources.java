package torpor.core.instance.spec;

/// What an instance may use, and is accounted for.
///
/// @param memoryBytes of the guest, a multiple of 1 MiB
/// @param diskBytes of its writable layer, at most
public record Resources(int cpus, long memoryBytes, long diskBytes) {
  public static final long MIB = 1L << 20;
  public static final Resources DEFAULT = new Resources(1, 256 * MIB, 10L << 30);

  public Resources {
    if (cpus < 1 || memoryBytes < MIB || diskBytes < MIB || memoryBytes % MIB != 0) {
      throw new IllegalArgumentException(
          "resources: %d cpus, %d bytes of memory, %d bytes of disk"
              .formatted(cpus, memoryBytes, diskBytes));
    }
  }
}
