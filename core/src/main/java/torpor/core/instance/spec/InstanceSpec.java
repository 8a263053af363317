package torpor.core.instance.spec;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import torpor.core.machine.RuntimeName;

/// What an instance was asked to be.
///
/// @param idleStandby with no inbound connection for this long, it goes to standby
/// @param ttl after which it is deleted
/// @param protect whether a delete is refused until this is taken back
public record InstanceSpec(
    InstanceName name,
    Origin origin,
    RuntimeName runtime,
    Resources resources,
    Command command,
    NetworkWish network,
    List<VolumeMount> volumes,
    RestartPolicy restart,
    Optional<HealthCheck> health,
    Optional<Duration> idleStandby,
    Optional<Duration> ttl,
    boolean protect,
    Map<String, String> metadata) {
  public InstanceSpec {
    volumes = List.copyOf(volumes);
    metadata = Map.copyOf(metadata);
  }

  public InstanceSpec running(Command next) {
    return new InstanceSpec(
        name,
        origin,
        runtime,
        resources,
        next,
        network,
        volumes,
        restart,
        health,
        idleStandby,
        ttl,
        protect,
        metadata);
  }

  public InstanceSpec protecting(boolean now) {
    return new InstanceSpec(
        name,
        origin,
        runtime,
        resources,
        command,
        network,
        volumes,
        restart,
        health,
        idleStandby,
        ttl,
        now,
        metadata);
  }

  public InstanceSpec withVolumes(List<VolumeMount> mounts) {
    return new InstanceSpec(
        name,
        origin,
        runtime,
        resources,
        command,
        network,
        mounts,
        restart,
        health,
        idleStandby,
        ttl,
        protect,
        metadata);
  }
}
