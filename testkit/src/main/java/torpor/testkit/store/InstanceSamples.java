package torpor.testkit.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.operation.InstanceDecision;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.instance.operation.OperationRules;
import torpor.core.instance.schedule.Retention;
import torpor.core.instance.schedule.SnapshotPlan;
import torpor.core.instance.spec.Command;
import torpor.core.instance.spec.HealthCheck;
import torpor.core.instance.spec.InstanceName;
import torpor.core.instance.spec.InstanceSpec;
import torpor.core.instance.spec.NetworkWish;
import torpor.core.instance.spec.Origin;
import torpor.core.instance.spec.Resources;
import torpor.core.instance.spec.RestartPolicy;
import torpor.core.instance.spec.VolumeMount;
import torpor.core.instance.volume.VolumeId;
import torpor.core.machine.RuntimeName;
import torpor.core.network.AddressSlot;
import torpor.core.network.PublishedPort;

/// Hand-driven instances for tests.
public final class InstanceSamples {
  public static final Instant T0 = StoreSamples.T0;

  /// With as much said as can be.
  public static final SnapshotPlan PLAN =
      new SnapshotPlan(
          Duration.ofHours(1),
          new Retention(Optional.of(24), Optional.of(Duration.ofDays(7))),
          Optional.of("hourly"),
          Map.of("team", "blue"));

  private InstanceSamples() {}

  public static InstanceId id(int number) {
    return InstanceId.of(StoreSamples.id(number));
  }

  /// With as much said as can be.
  public static InstanceSpec spec(String name, PublishedPort... ports) {
    return new InstanceSpec(
        new InstanceName(name),
        new Origin.Image("docker.io/library/nginx:alpine"),
        new RuntimeName("qemu"),
        Resources.DEFAULT,
        new Command(
            Optional.empty(),
            Optional.of(List.of("sh", "-c", "echo hi")),
            Map.of("A", "b"),
            Optional.of("/srv"),
            Optional.of("nginx")),
        new NetworkWish(
            true, true, List.of(ports), OptionalLong.of(1_000_000), OptionalLong.empty()),
        List.of(
            new VolumeMount(
                new VolumeId("01jd00000000000000000000da"), "/data", VolumeMount.Mode.READ_WRITE)),
        new RestartPolicy(RestartPolicy.When.ON_FAILURE, 3),
        Optional.of(
            new HealthCheck(
                new HealthCheck.Probe.Http(80, "/", OptionalInt.empty()),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                1,
                3)),
        Optional.of(Duration.ofMinutes(10)),
        Optional.of(Duration.ofHours(8)),
        false,
        Map.of("team", "blue"));
  }

  public static InstanceDecision.Accepted created(int number, InstanceSpec spec, int slot) {
    return OperationRules.create(
        id(number), spec, slot < 0 ? Optional.empty() : Optional.of(new AddressSlot(slot)), T0);
  }

  public static InstanceDecision.Accepted after(Instance instance, InstanceEvent event) {
    return (InstanceDecision.Accepted)
        OperationRules.decide(instance, event, T0.plusSeconds(instance.operations()));
  }
}
