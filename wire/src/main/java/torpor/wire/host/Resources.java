package torpor.wire.host;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/// What this host has, what may be given away, and who has it.
public record Resources(
    Status cpu,
    Status memory,
    Status disk,
    Status network,
    DiskBreakdown diskBreakdown,
    Enforcement enforcement,
    List<Allocation> allocations) {
  public Resources {
    allocations = List.copyOf(allocations);
  }

  /// @param type `cpu`, `memory`, `disk` or `network`
  /// @param capacity what the host has; bytes, processors, or addresses
  /// @param effectiveLimit what may be given away
  /// @param oversubRatio the limit over the capacity
  /// @param setting by which the limit is changed
  public record Status(
      String type,
      long capacity,
      long effectiveLimit,
      long allocated,
      long available,
      double oversubRatio,
      String source,
      String setting) {}

  /// Whether the kernel holds every machine to its allocation.
  ///
  /// @param detail by what, or why not
  public record Enforcement(boolean enforced, String detail) {}

  /// @param cpu 0 while it has no machine; so is memory
  public record Allocation(
      String instanceId,
      String instanceName,
      int cpu,
      long memoryBytes,
      long diskBytes,
      @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Long> networkDownloadBps,
      @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Long> networkUploadBps) {}

  /// @param overlaysBytes the most that the instances' writable layers may take
  /// @param volumesBytes the most that the volumes may take
  public record DiskBreakdown(long imagesBytes, long overlaysBytes, long volumesBytes) {}
}
