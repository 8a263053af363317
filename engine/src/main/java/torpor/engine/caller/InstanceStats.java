package torpor.engine.caller;

import java.time.Duration;

/// What an instance uses, measured on the host.
///
/// @param cpu time consumed by its machine since that was made
/// @param residentBytes physical memory
/// @param virtualBytes address space
/// @param receivedBytes by the guest
/// @param sentBytes by the guest
public record InstanceStats(
    Duration cpu, long residentBytes, long virtualBytes, long receivedBytes, long sentBytes) {}
