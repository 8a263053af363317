package torpor.api.instance;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import torpor.core.image.ImageDigest;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstancePhase;
import torpor.core.instance.InstanceState;
import torpor.core.instance.Preparation;
import torpor.core.instance.health.Health;
import torpor.core.instance.operation.Operation;
import torpor.core.instance.spec.Command;
import torpor.core.instance.spec.HealthCheck;
import torpor.core.instance.spec.InstanceSpec;
import torpor.core.instance.spec.NetworkWish;
import torpor.core.instance.spec.Origin;
import torpor.core.instance.spec.RestartPolicy;
import torpor.core.instance.spec.VolumeMount;
import torpor.core.machine.ExitStatus;
import torpor.core.network.AddressRange;
import torpor.core.network.NetworkName;
import torpor.core.network.PublishedPort;
import torpor.core.snapshot.SnapshotNumber;
import torpor.wire.instance.AutoStandby;
import torpor.wire.instance.Bandwidths;
import torpor.wire.instance.MemorySizes;
import torpor.wire.instance.PortMapping;

/// Instances as they are shown.
public final class InstanceJson {
  private static final int KILLED = 137;

  private final MachinePorts.Addresses addresses;
  private final Function<InstanceId, Optional<Health>> health;

  public InstanceJson(MachinePorts ports) {
    this.addresses = ports.addresses();
    this.health = ports.instances()::health;
  }

  public torpor.wire.instance.Instance of(Instance instance) {
    InstanceSpec spec = instance.spec();
    InstancePhase phase = instance.state().phase();
    Optional<Operation> operation = instance.operation();
    Command command = spec.command();
    return new torpor.wire.instance.Instance(
        instance.id().toString(),
        spec.name().text(),
        StateNames.of(phase),
        StateNames.of(desired(instance)),
        operation.map(o -> o.kind().text()),
        operation.map(o -> o.step().text()),
        operation.map(Operation::since),
        failure(instance),
        instance.createdAt(),
        instance.expiresAt(),
        stateError(instance.state()),
        spec.origin().imageSource(),
        instance.image().map(ImageDigest::text),
        spec.runtime().text(),
        spec.resources().cpus(),
        MemorySizes.format(spec.resources().memoryBytes()),
        MemorySizes.format(spec.resources().diskBytes()),
        command.env(),
        command.arguments(),
        command.entrypoint(),
        command.workdir(),
        command.user(),
        network(instance),
        spec.network().ports().stream().map(InstanceJson::port).toList(),
        spec.volumes().stream().map(InstanceJson::volume).toList(),
        spec.metadata(),
        spec.protect(),
        policy(spec.restart()),
        new torpor.wire.instance.Instance.RestartStatus(instance.restarts(), instance.restartAt()),
        spec.health().map(InstanceJson::check),
        health(instance),
        spec.idleStandby().map(InstanceJson::autoStandby),
        instance.newest().isPresent(),
        instance.newest().map(ref -> new SnapshotId(instance.id(), ref.number()).toString()),
        forkedFrom(spec.origin()),
        instance.lastExit().map(InstanceJson::exitCode),
        instance.lastExit().flatMap(InstanceJson::exitMessage),
        phase == InstancePhase.RUNNING ? Optional.of(instance.since()) : Optional.empty(),
        phase == InstancePhase.STOPPED ? Optional.of(instance.since()) : Optional.empty(),
        phase.text(),
        instance.since(),
        instance.generation().number());
  }

  private static torpor.wire.instance.RestartPolicy policy(RestartPolicy restart) {
    return new torpor.wire.instance.RestartPolicy(
        Optional.of(restart.when().text()),
        Optional.of(restart.most()),
        restart.backoff(),
        restart.stableAfter());
  }

  private static AutoStandby autoStandby(Duration idle) {
    return new AutoStandby(Optional.of(true), Optional.of(idle), List.of(), List.of());
  }

  /// Where it will be when all goes well.
  static InstancePhase desired(Instance instance) {
    InstancePhase now = instance.state().phase();
    return instance
        .operation()
        .map(operation ->
            switch (operation.kind()) {
              case CREATE, START, RESTORE, RESUME -> InstancePhase.RUNNING;
              case STANDBY -> InstancePhase.STANDBY;
              case PAUSE -> InstancePhase.PAUSED;
              case STOP -> InstancePhase.STOPPED;
              case DELETE -> InstancePhase.DELETED;
              case SNAPSHOT -> now;
            })
        .orElse(instance.restartAt().isPresent() ? InstancePhase.RUNNING : now);
  }

  private static Optional<torpor.wire.instance.Instance.OperationFailure> failure(
      Instance instance) {
    return instance
        .outcome()
        .flatMap(outcome ->
            outcome
                .failure()
                .map(why ->
                    new torpor.wire.instance.Instance.OperationFailure(
                        outcome.kind().text(),
                        outcome.at(),
                        why.code().text(),
                        why.detail(),
                        why.remedy())));
  }

  static Optional<String> stateError(InstanceState state) {
    return state instanceof InstanceState.Failed(Preparation step, String reason)
        ? Optional.of("%s: %s".formatted(step.text(), reason))
        : Optional.empty();
  }

  private torpor.wire.instance.Instance.Network network(Instance instance) {
    NetworkWish wish = instance.spec().network();
    return new torpor.wire.instance.Instance.Network(
        wish.enabled(),
        wish.enabled()
            ? Optional.of(wish.name().map(NetworkName::text).orElse(NetworkReader.DEFAULT))
            : Optional.empty(),
        instance.slot().map(addresses::outside),
        Optional.empty(),
        wish.outbound(),
        rate(wish.downloadBytesPerSecond()),
        rate(wish.uploadBytesPerSecond()),
        wish.destinations().map(only -> only.ranges().stream().map(AddressRange::text).toList()));
  }

  private static Optional<String> rate(OptionalLong bytesPerSecond) {
    return bytesPerSecond.isPresent()
        ? Optional.of(Bandwidths.format(bytesPerSecond.getAsLong()))
        : Optional.empty();
  }

  private static PortMapping port(PublishedPort port) {
    return new PortMapping(
        port.hostAddress(), port.hostPort(), port.guestPort(), Optional.of(port.protocol().text()));
  }

  private static torpor.wire.instance.VolumeMount volume(VolumeMount volume) {
    return new torpor.wire.instance.VolumeMount(
        volume.volume().toString(),
        volume.path(),
        Optional.of(volume.mode() != VolumeMount.Mode.READ_WRITE),
        Optional.of(
            volume.mode() == VolumeMount.Mode.OVERLAY || volume.mode() == VolumeMount.Mode.COPY),
        Optional.empty());
  }

  /// Unknown while it does not run.
  private torpor.wire.instance.Instance.HealthStatus health(Instance instance) {
    Optional<Health> found = health.apply(instance.id());
    boolean failing = found.flatMap(Health::lastFailure).isPresent();
    int inARow = found.map(Health::inARow).orElse(0);
    return new torpor.wire.instance.Instance.HealthStatus(
        found
            .map(seen -> seen.status().text())
            .orElse(instance.spec().health().isPresent() ? "unknown" : "disabled"),
        failing ? 0 : inARow,
        failing ? inARow : 0,
        found.flatMap(Health::checkedAt),
        found.flatMap(Health::lastFailure));
  }

  private static torpor.wire.instance.HealthCheck check(HealthCheck check) {
    Optional<torpor.wire.instance.HealthCheck.Http> http = Optional.empty();
    Optional<torpor.wire.instance.HealthCheck.Tcp> tcp = Optional.empty();
    Optional<torpor.wire.instance.HealthCheck.Exec> exec = Optional.empty();
    String type;
    switch (check.probe()) {
      case HealthCheck.Probe.Http(int port, String path, OptionalInt status) -> {
        type = "http";
        http =
            Optional.of(
                new torpor.wire.instance.HealthCheck.Http(
                    port,
                    Optional.of(path),
                    Optional.of("http"),
                    status.isPresent() ? Optional.of(status.getAsInt()) : Optional.empty()));
      }
      case HealthCheck.Probe.Tcp(int port) -> {
        type = "tcp";
        tcp = Optional.of(new torpor.wire.instance.HealthCheck.Tcp(port));
      }
      case HealthCheck.Probe.Exec(List<String> command, Optional<String> workdir) -> {
        type = "exec";
        exec = Optional.of(new torpor.wire.instance.HealthCheck.Exec(command, workdir));
      }
    }
    return new torpor.wire.instance.HealthCheck(
        Optional.of(type),
        http,
        tcp,
        exec,
        Optional.of(check.interval()),
        Optional.of(check.timeout()),
        Optional.of(check.grace()),
        Optional.of(check.successes()),
        Optional.of(check.failures()));
  }

  private static Optional<String> forkedFrom(Origin origin) {
    return switch (origin) {
      case Origin.Image _ -> Optional.empty();
      case Origin.Fork(InstanceId source, SnapshotNumber snapshot, String _) ->
          Optional.of(new SnapshotId(source, snapshot).toString());
    };
  }

  static int exitCode(ExitStatus status) {
    return switch (status) {
      case ExitStatus.Exited(int code) -> code;
      case ExitStatus.Signalled _, ExitStatus.OutOfMemory _ -> KILLED;
      case ExitStatus.OutOfTime _ -> 124;
      case ExitStatus.Lost _ -> 255;
    };
  }

  static Optional<String> exitMessage(ExitStatus status) {
    return switch (status) {
      case ExitStatus.Exited _ -> Optional.empty();
      case ExitStatus.Signalled(String what) -> Optional.of("ended by " + what);
      case ExitStatus.OutOfMemory(String detail) -> Optional.of("out of memory: " + detail);
      case ExitStatus.OutOfTime(String detail) -> Optional.of("out of time: " + detail);
      case ExitStatus.Lost(String detail) -> Optional.of("lost: " + detail);
    };
  }
}
