package torpor.core.instance.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import torpor.core.image.ImageDigest;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.spec.Command;
import torpor.core.instance.spec.InstanceName;
import torpor.core.instance.spec.InstanceSpec;
import torpor.core.instance.spec.NetworkWish;
import torpor.core.instance.spec.Origin;
import torpor.core.instance.spec.Resources;
import torpor.core.instance.spec.RestartPolicy;
import torpor.core.machine.MachineHandle;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.RefusalCode;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;

/// What a restore goes on from (P1).
class SnapshotAskedTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

  private static Instance after(Instance instance, InstanceEvent event) {
    return ((InstanceDecision.Accepted) OperationRules.decide(instance, event, T0)).next();
  }

  private static Instance running() {
    InstanceSpec spec =
        new InstanceSpec(
            new InstanceName("web"),
            new Origin.Image("busybox"),
            new RuntimeName("qemu"),
            Resources.DEFAULT,
            Command.OF_THE_IMAGE,
            NetworkWish.NONE,
            List.of(),
            RestartPolicy.NEVER,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Map.of());
    Instance made =
        OperationRules.create(
                new InstanceId("01jd0000000000000000000000"), spec, Optional.empty(), T0)
            .next();
    made =
        after(made, new InstanceEvent.ImagePrepared(new ImageDigest("sha256:" + "a".repeat(64))));
    made = after(made, new InstanceEvent.StepDone(1, Operation.Step.DISKS));
    return after(made, new InstanceEvent.MachineUp(made.generation(), new MachineHandle("m")));
  }

  private static Instance snapshotted(Instance instance) {
    Instance asked = after(instance, new InstanceEvent.SnapshotAsked(Optional.empty()));
    return after(
        asked,
        new InstanceEvent.SnapshotTaken(
            asked.generation(),
            new SnapshotNumber(asked.lastSnapshot()),
            new SnapshotFacts(1, Optional.empty())));
  }

  @Test
  void withoutTheNewestTheNextIsTheNewest() {
    Instance one = snapshotted(running());
    SnapshotRef first = one.newest().orElseThrow();
    Instance two = snapshotted(one);
    Instance dropped =
        after(two, new InstanceEvent.DropSnapshotAsked(new SnapshotNumber(2), Optional.of(first)));
    assertThat(dropped.newest()).contains(first);
    assertThat(
            after(two, new InstanceEvent.DropSnapshotAsked(new SnapshotNumber(1), two.newest()))
                .newest())
        .isEqualTo(two.newest());
  }

  @Test
  void anOlderOneIsTakenOnlyWhereThatIsSaid() {
    Instance one = snapshotted(running());
    SnapshotRef first = one.newest().orElseThrow();
    Instance asleep = after(snapshotted(one), new InstanceEvent.StopAsked(Duration.ZERO));
    Instance stopped = after(asleep, new InstanceEvent.StepDone(4, Operation.Step.KILL));
    InstanceDecision refused =
        OperationRules.decide(
            stopped, new InstanceEvent.RestoreAsked(Optional.of(first), false), T0);
    assertThat(refused)
        .isInstanceOfSatisfying(
            InstanceDecision.Rejected.class,
            rejected ->
                assertThat(rejected.refusal().code()).isEqualTo(RefusalCode.SNAPSHOT_NOT_NEWEST));
    assertThat(
            OperationRules.decide(
                stopped, new InstanceEvent.RestoreAsked(Optional.of(first), true), T0))
        .isInstanceOf(InstanceDecision.Accepted.class);
  }
}
