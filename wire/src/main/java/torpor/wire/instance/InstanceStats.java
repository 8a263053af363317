package torpor.wire.instance;

/// What an instance uses, measured on the host.
///
/// @param memoryUtilizationRatio resident over allocated
public record InstanceStats(
    String instanceId,
    String instanceName,
    int allocatedVcpus,
    long allocatedMemoryBytes,
    double cpuSeconds,
    long memoryRssBytes,
    long memoryVmsBytes,
    double memoryUtilizationRatio,
    long networkRxBytes,
    long networkTxBytes) {}
