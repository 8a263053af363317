package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An instance as a caller sees it. Lifecycle (`state`), what is wished for (`desired_state`), what
/// is being done (`operation`) and health (`health_status`) are four things. What there is nothing
/// to say of is left out, as other clients of this shape expect.
///
/// @param state `Creating`, `Created`, `Running`, `Paused`, `Shutdown`, `Stopped`, `Standby` or
///   `Failed`
/// @param desiredState where it will be when all goes well; `Deleted` where it is to go
/// @param operation what is under way: `create`, `start`, `restore`, `standby`, `snapshot`,
///   `pause`, `resume`, `stop` or `delete`
/// @param operationStep `image`, `disks`, `network`, `start`, `restore`, `snapshot`, `pause`,
///   `resume`, `release`, `kill`, `detach` or `remove`
/// @param operationSince when the operation under way began
/// @param lastFailure why the operation before that failed, where it did
/// @param expiresAt when it is deleted of itself
/// @param stateError why it has failed
/// @param image what was asked for
/// @param imageDigest what that was when it was created
/// @param size memory, such as `512MB`
/// @param cmd present where it replaces the image's; so are `entrypoint`, `working_dir` and `user`
/// @param protect whether a delete is refused
/// @param newestSnapshot the id of what a restore would use
/// @param exitCode of its program, when its machine ended the last time
/// @param exitMessage how that end came
/// @param currentPhase `state` in lower case
/// @param generation which life of its machine: +1 at every start or restore
/// @param forkedFrom the snapshot that it began as
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Instance(
    String id,
    String name,
    String state,
    String desiredState,
    Optional<String> operation,
    Optional<String> operationStep,
    Optional<Instant> operationSince,
    Optional<OperationFailure> lastFailure,
    Instant createdAt,
    @JsonInclude(JsonInclude.Include.ALWAYS) Optional<Instant> expiresAt,
    Optional<String> stateError,
    String image,
    Optional<String> imageDigest,
    String hypervisor,
    int vcpus,
    String size,
    String overlaySize,
    Map<String, String> env,
    Optional<List<String>> cmd,
    Optional<List<String>> entrypoint,
    Optional<String> workingDir,
    Optional<String> user,
    Network network,
    @JsonInclude(JsonInclude.Include.ALWAYS) List<PortMapping> ports,
    @JsonInclude(JsonInclude.Include.ALWAYS) List<VolumeMount> volumes,
    @JsonInclude(JsonInclude.Include.ALWAYS) Map<String, String> tags,
    boolean protect,
    RestartPolicy restartPolicy,
    RestartStatus restartStatus,
    Optional<HealthCheck> healthCheck,
    HealthStatus healthStatus,
    Optional<AutoStandby> autoStandby,
    boolean hasSnapshot,
    Optional<String> newestSnapshot,
    Optional<String> forkedFrom,
    @JsonInclude(JsonInclude.Include.ALWAYS) Optional<Integer> exitCode,
    Optional<String> exitMessage,
    @JsonInclude(JsonInclude.Include.ALWAYS) Optional<Instant> startedAt,
    @JsonInclude(JsonInclude.Include.ALWAYS) Optional<Instant> stoppedAt,
    String currentPhase,
    Instant currentPhaseSince,
    int generation) {
  public Instance {
    env = Map.copyOf(env);
    cmd = cmd.map(List::copyOf);
    entrypoint = entrypoint.map(List::copyOf);
    ports = List.copyOf(ports);
    volumes = List.copyOf(volumes);
    tags = Map.copyOf(tags);
  }

  /// @param ip by which the host reaches it, from its creation to its end
  /// @param name of the network whose instances reach each other; `default` is none
  /// @param mac not said: inside, all instances are alike
  /// @param egress the only ranges beyond the host that it may open connections to
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Network(
      boolean enabled,
      Optional<String> name,
      @JsonInclude(JsonInclude.Include.ALWAYS) Optional<String> ip,
      @JsonInclude(JsonInclude.Include.ALWAYS) Optional<String> mac,
      boolean outbound,
      Optional<String> bandwidthDownload,
      Optional<String> bandwidthUpload,
      Optional<List<String>> egress) {}

  /// @param attempts restarts in a row, without a steady run between
  /// @param nextAttemptAt when the policy starts it again
  public record RestartStatus(int attempts, Optional<Instant> nextAttemptAt) {}

  /// @param status `disabled`, `starting`, `healthy`, `unhealthy` or `unknown`
  /// @param consecutiveSuccesses since `status` began, where they speak against it
  /// @param consecutiveFailures likewise
  /// @param lastError why the last check failed, if it did
  public record HealthStatus(
      String status,
      int consecutiveSuccesses,
      int consecutiveFailures,
      Optional<Instant> lastCheckedAt,
      Optional<String> lastError) {}

  /// @param operation what was asked for
  public record OperationFailure(
      String operation, Instant at, String code, String detail, String remediation) {}
}
