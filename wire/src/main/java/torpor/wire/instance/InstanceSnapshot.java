package torpor.wire.instance;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// A snapshot of an instance, restorable and durable.
///
/// @param id unique on the node: the instance's id and the number
/// @param kind `Standby`: memory and disks
/// @param name given by a person
/// @param sizeBytes what it occupies itself, files shared with its parent not counted
/// @param number within its instance
/// @param generation the life of the machine in which it was taken
/// @param parent the number of the snapshot whose files it shares
/// @param newest whether a restore without naming one would use it
/// @param scheduled whether the instance's schedule took it, whose retention it is subject to
/// @param verification `unchecked`, `verified` or `damaged`
/// @param checkedAt when it was last restored on trial
/// @param damage what was found to be wrong with it
public record InstanceSnapshot(
    String id,
    Instant createdAt,
    String kind,
    Optional<String> name,
    long sizeBytes,
    String sourceHypervisor,
    String sourceInstanceId,
    String sourceInstanceName,
    int number,
    int generation,
    Optional<Integer> parent,
    boolean newest,
    boolean scheduled,
    String verification,
    Optional<Instant> checkedAt,
    Optional<String> damage,
    String compressionState,
    Map<String, String> tags) {
  public InstanceSnapshot {
    tags = Map.copyOf(tags);
  }
}
