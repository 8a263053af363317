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
import torpor.core.instance.schedule.Retention;
import torpor.core.instance.schedule.SnapshotPlan;
import torpor.core.instance.schedule.SnapshotSchedule;
import torpor.core.instance.spec.Command;
import torpor.core.instance.spec.InstanceName;
import torpor.core.instance.spec.InstanceSpec;
import torpor.core.instance.spec.NetworkWish;
import torpor.core.instance.spec.Origin;
import torpor.core.instance.spec.Resources;
import torpor.core.instance.spec.RestartPolicy;
import torpor.core.machine.MachineHandle;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;

/// An hourly schedule, hour by hour.
class ScheduleRulesTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final SnapshotPlan HOURLY = plan(Duration.ofHours(1));

  private static SnapshotPlan plan(Duration interval) {
    return new SnapshotPlan(
        interval,
        new Retention(Optional.of(24), Optional.empty()),
        Optional.of("hourly"),
        Map.of());
  }

  private static Instant at(Duration since) {
    return T0.plus(since);
  }

  private static InstanceDecision.Accepted accepted(
      Instance instance, InstanceEvent event, Instant now) {
    return (InstanceDecision.Accepted) OperationRules.decide(instance, event, now);
  }

  private static Instance after(Instance instance, InstanceEvent event, Instant now) {
    return accepted(instance, event, now).next();
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
        after(
            made, new InstanceEvent.ImagePrepared(new ImageDigest("sha256:" + "a".repeat(64))), T0);
    made = after(made, new InstanceEvent.StepDone(1, Operation.Step.DISKS), T0);
    return after(made, new InstanceEvent.MachineUp(made.generation(), new MachineHandle("m")), T0);
  }

  private static Instance scheduled() {
    return after(running(), new InstanceEvent.ScheduleAsked(Optional.of(HOURLY)), T0);
  }

  private static InstanceEvent taken(Instance instance) {
    return new InstanceEvent.SnapshotTaken(
        instance.generation(),
        new SnapshotNumber(instance.lastSnapshot()),
        new SnapshotFacts(1, Optional.empty()));
  }

  private static SnapshotSchedule schedule(Instance instance) {
    return instance.schedule().orElseThrow();
  }

  @Test
  void aRunAndTheNextOneAreOneCommit() {
    Instant due = at(Duration.ofHours(1));
    assertThat(scheduled().due()).contains(due);

    Instance begun = after(scheduled(), new InstanceEvent.TimerFired(), due);
    assertThat(begun.operation().orElseThrow().label()).contains("hourly-20260101-010000");
    assertThat(begun.due()).contains(at(Duration.ofHours(2)));
    assertThat(OperationRules.decide(begun, new InstanceEvent.TimerFired(), due))
        .isInstanceOf(InstanceDecision.Nothing.class);

    InstanceDecision.Accepted done = accepted(begun, taken(begun), due.plusSeconds(3));
    assertThat(done.changes())
        .singleElement()
        .isInstanceOfSatisfying(
            InstanceChange.SnapshotRecorded.class,
            recorded -> assertThat(recorded.scheduled()).isTrue());
    assertThat(schedule(done.next()).lastSnapshot()).contains(new SnapshotNumber(1));
    assertThat(schedule(done.next()).lastRun()).contains(due);
    assertThat(schedule(done.next()).lastError()).isEmpty();
    assertThat(schedule(done.next()).underWay()).isEmpty();
  }

  @Test
  void whatAPersonTakesIsNotTheSchedules() {
    Instance asked = after(scheduled(), new InstanceEvent.SnapshotAsked(Optional.of("mine")), T0);
    InstanceDecision.Accepted done = accepted(asked, taken(asked), T0);
    assertThat(done.changes())
        .singleElement()
        .isInstanceOfSatisfying(
            InstanceChange.SnapshotRecorded.class,
            recorded -> assertThat(recorded.scheduled()).isFalse());
    assertThat(schedule(done.next()).lastSnapshot()).isEmpty();
  }

  @Test
  void runsThatNobodyWasThereForAreOne() {
    Instance begun =
        after(scheduled(), new InstanceEvent.TimerFired(), at(Duration.ofMinutes(60 * 7 + 20)));
    assertThat(schedule(begun).nextRun()).isEqualTo(at(Duration.ofHours(8)));
  }

  @Test
  void aBusyInstanceHasItsTurnWhenItIsDone() {
    Instant due = at(Duration.ofHours(1));
    Instance busy = after(scheduled(), new InstanceEvent.PauseAsked(), due.minusSeconds(1));
    assertThat(OperationRules.decide(busy, new InstanceEvent.TimerFired(), due))
        .isInstanceOf(InstanceDecision.Nothing.class);
    assertThat(busy.due()).as("still due").contains(due);

    Instance paused = after(busy, new InstanceEvent.StepDone(2, Operation.Step.PAUSE), due);
    Instance begun = after(paused, new InstanceEvent.TimerFired(), due.plusSeconds(5));
    assertThat(begun.operation().orElseThrow().kind()).isEqualTo(Operation.Kind.SNAPSHOT);
    assertThat(schedule(begun).nextRun()).isEqualTo(at(Duration.ofHours(2)));
  }

  @Test
  void oneThatSleepsIsLeftAlone() {
    Instance asked = after(scheduled(), new InstanceEvent.StandbyAsked(), T0);
    Instance released = after(asked, taken(asked), T0);
    Instance asleep = after(released, new InstanceEvent.StepDone(2, Operation.Step.RELEASE), T0);
    assertThat(asleep.operation()).isEmpty();
    InstanceDecision.Accepted run =
        accepted(asleep, new InstanceEvent.TimerFired(), at(Duration.ofHours(1)));
    assertThat(run.effects()).isEmpty();
    assertThat(run.changes()).isEmpty();
    assertThat(schedule(run.next()).lastSnapshot()).contains(new SnapshotNumber(1));
    assertThat(schedule(run.next()).lastError()).isEmpty();
    assertThat(schedule(run.next()).nextRun()).isEqualTo(at(Duration.ofHours(2)));
  }

  @Test
  void oneThatIsStoppedSaysWhyThereIsNone() {
    Instance asked = after(scheduled(), new InstanceEvent.StopAsked(Duration.ZERO), T0);
    Instance stopped = after(asked, new InstanceEvent.StepDone(2, Operation.Step.KILL), T0);
    Instance run = after(stopped, new InstanceEvent.TimerFired(), at(Duration.ofHours(1)));
    assertThat(run.operation()).isEmpty();
    assertThat(schedule(run).lastError().orElseThrow()).contains("it was stopped");
    assertThat(schedule(run).nextRun()).isEqualTo(at(Duration.ofHours(2)));
  }

  @Test
  void whatFailsIsSaidAndTheNextRunIsOnTime() {
    Instance begun = after(scheduled(), new InstanceEvent.TimerFired(), at(Duration.ofHours(1)));
    Instance failed =
        after(
            begun,
            new InstanceEvent.SnapshotFailed(
                begun.generation(),
                new SnapshotNumber(1),
                Refusal.of(RefusalCode.NO_SPACE, "the disk is full", "Free some."),
                false),
            at(Duration.ofHours(1)));
    assertThat(schedule(failed).lastError()).contains("the disk is full");
    assertThat(schedule(failed).underWay()).isEmpty();
    assertThat(failed.due()).contains(at(Duration.ofHours(2)));
  }

  @Test
  void aDaemonThatDiedInARunDoesNotRunItAgain() {
    Instance begun = after(scheduled(), new InstanceEvent.TimerFired(), at(Duration.ofHours(1)));
    Instance found =
        after(
            begun,
            new InstanceEvent.FoundAlive(new MachineHandle("m"), true),
            at(Duration.ofMinutes(62)));
    assertThat(schedule(found).lastError().orElseThrow()).contains("interrupted");
    assertThat(
            OperationRules.decide(
                found, new InstanceEvent.TimerFired(), at(Duration.ofMinutes(62))))
        .isInstanceOf(InstanceDecision.Nothing.class);
  }

  @Test
  void onlyAnotherIntervalIsANewBeat() {
    Instant later = at(Duration.ofMinutes(30));
    SnapshotPlan keepTwo =
        new SnapshotPlan(
            HOURLY.interval(),
            new Retention(Optional.of(2), Optional.empty()),
            Optional.empty(),
            Map.of());
    Instance kept =
        after(scheduled(), new InstanceEvent.ScheduleAsked(Optional.of(keepTwo)), later);
    assertThat(schedule(kept).nextRun()).isEqualTo(at(Duration.ofHours(1)));
    assertThat(schedule(kept).createdAt()).isEqualTo(T0);
    assertThat(schedule(kept).updatedAt()).isEqualTo(later);
    Instance faster =
        after(
            scheduled(),
            new InstanceEvent.ScheduleAsked(Optional.of(plan(Duration.ofMinutes(5)))),
            later);
    assertThat(schedule(faster).nextRun()).isEqualTo(at(Duration.ofMinutes(35)));
    Instance off = after(kept, new InstanceEvent.ScheduleAsked(Optional.empty()), later);
    assertThat(off.schedule()).isEmpty();
    assertThat(off.due()).isEmpty();
  }
}
