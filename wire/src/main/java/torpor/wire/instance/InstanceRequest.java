package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import torpor.wire.RawJson;

/// Creates an instance. What is not built is in here too, so that asking for it is refused by name
/// and not passed over.
///
/// @param image `nginx:alpine`, or another source that images take
/// @param vcpus 1 where left out
/// @param size memory, `256MB` where left out
/// @param overlaySize the most its writable layer may take, `10GB` where left out
/// @param cmd replaces the image's command
/// @param entrypoint replaces the image's, and then the image's command is not used either
/// @param ports each `"8080:80"` or an object, see [PortMapping]
/// @param ttl from its creation on; `expires_at` says the same as a time, and one of the two is
///   given
/// @param waiting `wait`: answer when it runs or has failed
/// @param hypervisor `qemu` or `qemu-microvm`, which are the same here
/// @param skipKernelHeaders has no meaning here: there are none
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record InstanceRequest(
    String name,
    String image,
    Optional<Integer> vcpus,
    Optional<String> size,
    Optional<String> overlaySize,
    Map<String, String> env,
    Optional<List<String>> cmd,
    Optional<List<String>> entrypoint,
    Optional<String> workingDir,
    Optional<String> user,
    Optional<NetworkRequest> network,
    List<RawJson> ports,
    List<VolumeMount> volumes,
    Optional<RestartPolicy> restartPolicy,
    Optional<HealthCheck> healthCheck,
    Optional<AutoStandby> autoStandby,
    Optional<Duration> ttl,
    Optional<Instant> expiresAt,
    Optional<Boolean> protect,
    Map<String, String> tags,
    @JsonProperty("wait") Optional<Boolean> waiting,
    Optional<String> hypervisor,
    Optional<String> platform,
    Optional<Boolean> skipKernelHeaders,
    Optional<Boolean> skipGuestAgent,
    Optional<RawJson> credentials,
    Optional<RawJson> devices,
    Optional<RawJson> gpu,
    Optional<String> diskIoBps,
    Optional<String> hotplugSize,
    Optional<RawJson> snapshotPolicy) {
  public InstanceRequest {
    env = Map.copyOf(env);
    cmd = cmd.map(List::copyOf);
    entrypoint = entrypoint.map(List::copyOf);
    ports = List.copyOf(ports);
    volumes = List.copyOf(volumes);
    tags = Map.copyOf(tags);
  }
}
