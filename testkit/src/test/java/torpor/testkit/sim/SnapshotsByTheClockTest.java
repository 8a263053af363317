package torpor.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.operation.InstanceEvent;
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
import torpor.core.job.JobId;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotCheck;
import torpor.engine.caller.InstanceRequest;
import torpor.engine.clock.Chance;
import torpor.engine.instance.Capacity;
import torpor.engine.instance.InstanceEngine;
import torpor.engine.instance.Rehearsal;
import torpor.engine.machine.MachineFailure;
import torpor.engine.network.SlotLedger;
import torpor.engine.store.SnapshotRecord;
import torpor.testkit.instance.FakeImages;
import torpor.testkit.instance.FakeInstanceFiles;
import torpor.testkit.instance.FakeMachines;
import torpor.testkit.instance.FakeNetworks;
import torpor.testkit.instance.FakeVolumeFiles;
import torpor.testkit.memory.InMemoryInstanceStore;
import torpor.testkit.memory.InMemoryVolumeStore;

/// What schedules and the drill do, on a clock that a test moves.
class SnapshotsByTheClockTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final SimScheduler scheduler = new SimScheduler(new Dice(1));
  private final InMemoryInstanceStore store = new InMemoryInstanceStore();
  private final FakeMachines machines = new FakeMachines();
  private Life daemon = new Life("daemon");
  private Optional<Duration> drill = Optional.empty();
  private Capacity capacity = new Capacity(8, 8L << 30, 1L << 40);
  private Optional<InstanceEngine> engine = Optional.empty();
  private int ids;

  private InstanceEngine engine() {
    if (engine.isEmpty()) {
      boot();
    }
    return engine.orElseThrow();
  }

  private void boot() {
    Life life = new Life("daemon");
    daemon = life;
    InstanceEngine booted =
        new InstanceEngine(
            new InstanceEngine.Parts(
                store,
                new InMemoryVolumeStore(),
                new FakeVolumeFiles(),
                new FakeImages(),
                new FakeInstanceFiles(),
                new FakeNetworks(),
                new SlotLedger(),
                machines,
                capacity,
                (_, _, _, _) -> CompletableFuture.completedFuture(Optional.empty()),
                drill,
                _ -> CompletableFuture.completedFuture(null),
                scheduler,
                scheduler.alarms(life),
                new Ids(),
                scheduler.executor(life),
                _ -> {},
                detail -> {
                  throw new IllegalStateException(detail);
                }));
    engine = Optional.of(booted);
    done(booted.start());
  }

  private void crash() {
    daemon.end();
    boot();
  }

  private final class Ids implements Chance {
    @Override
    public double draw() {
      return 0.5;
    }

    @Override
    public JobId newJobId(Instant now) {
      ids++;
      return new JobId("01jd%022d".formatted(ids));
    }

    @Override
    public String newSecret() {
      return "s".repeat(32);
    }
  }

  private void pass(Duration time) {
    Instant limit = scheduler.instant().plus(time);
    while (scheduler.step(limit)) {
      // Each step is one task.
    }
  }

  private <T> T done(CompletionStage<T> stage) {
    CompletableFuture<T> answer = stage.toCompletableFuture();
    Instant limit = scheduler.instant().plusSeconds(30);
    while (!answer.isDone() && scheduler.step(limit)) {
      // Until it is answered.
    }
    return answer.join();
  }

  private InstanceId create(String name, Origin origin) {
    return create(name, origin, Resources.DEFAULT);
  }

  private InstanceId create(String name, Origin origin, Resources resources) {
    InstanceSpec spec =
        new InstanceSpec(
            new InstanceName(name),
            origin,
            new RuntimeName("qemu"),
            resources,
            Command.OF_THE_IMAGE,
            NetworkWish.NONE,
            List.of(),
            RestartPolicy.NEVER,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Map.of());
    Reply<Instance> made =
        done(engine().instances().create(new InstanceRequest(spec, Optional.empty())));
    return ((Reply.Done<Instance>) made).value().id();
  }

  private InstanceId running(String name) {
    InstanceId id = create(name, new Origin.Image("busybox"));
    done(engine().instances().settled(id, Duration.ofSeconds(20)));
    return id;
  }

  private Reply<Instance> ask(InstanceId id, InstanceEvent.FromCaller event) {
    return done(engine().instances().askAndWait(id, event, Duration.ofSeconds(20)));
  }

  private void schedule(InstanceId id, Retention retention) {
    ask(
        id,
        new InstanceEvent.ScheduleAsked(
            Optional.of(new SnapshotPlan(HOUR, retention, Optional.of("h"), Map.of()))));
  }

  private static Retention keep(int count) {
    return new Retention(Optional.of(count), Optional.empty());
  }

  private SnapshotSchedule schedule(InstanceId id) {
    return engine().instances().get(id).orElseThrow().schedule().orElseThrow();
  }

  private List<SnapshotRecord> records(InstanceId id) {
    return done(store.snapshots(id));
  }

  private List<Integer> numbers(InstanceId id) {
    return records(id).stream().map(record -> record.ref().number().number()).toList();
  }

  @Test
  void oneIsTakenEachHourAndOnlyItsOwnAreDeleted() {
    InstanceId web = running("web");
    ask(web, new InstanceEvent.SnapshotAsked(Optional.of("mine")));
    schedule(web, keep(3));

    pass(HOUR.multipliedBy(5).plusSeconds(1));

    assertThat(numbers(web)).containsExactly(1, 4, 5, 6);
    assertThat(records(web))
        .extracting(record -> record.label().orElse("-").replaceAll("\\d{8}-\\d{6}", "…"))
        .containsExactly("mine", "h-…", "h-…", "h-…");
    assertThat(schedule(web).lastSnapshot().orElseThrow().number()).isEqualTo(6);
    assertThat(schedule(web).nextRun()).isAfter(scheduler.instant());
  }

  @Test
  void anotherPlanDeletesAtOnceAndNoPlanDeletesNothing() {
    InstanceId web = running("web");
    schedule(web, keep(24));
    pass(HOUR.multipliedBy(4).plusSeconds(1));
    schedule(web, keep(2));
    pass(Duration.ofSeconds(1));
    assertThat(numbers(web)).containsExactly(3, 4);

    ask(web, new InstanceEvent.ScheduleAsked(Optional.empty()));
    pass(HOUR.multipliedBy(9));
    assertThat(numbers(web)).containsExactly(3, 4);
  }

  @Test
  void theAgeGoesOnWhileNothingIsTaken() {
    InstanceId web = running("web");
    schedule(web, new Retention(Optional.empty(), Optional.of(HOUR.multipliedBy(3))));
    pass(HOUR.multipliedBy(2).plusSeconds(1));
    ask(web, new InstanceEvent.StopAsked(Duration.ZERO));
    pass(HOUR.multipliedBy(9));
    assertThat(numbers(web)).as("the newest of all stays").containsExactly(2);
    assertThat(schedule(web).lastError().orElseThrow()).contains("stopped");
  }

  @Test
  void whatSleepsIsNeitherWokenNorCopied() {
    InstanceId web = running("web");
    schedule(web, keep(1));
    pass(HOUR.plusSeconds(1));
    ask(web, new InstanceEvent.StandbyAsked());
    pass(HOUR.multipliedBy(5));
    assertThat(machines.runs(web)).isFalse();
    assertThat(numbers(web)).containsExactly(1, 2);
    assertThat(schedule(web).lastSnapshot().orElseThrow().number()).isEqualTo(2);
    assertThat(schedule(web).lastError()).isEmpty();
  }

  @Test
  void aFailureIsSaidAndTheNextRunComes() {
    InstanceId web = running("web");
    schedule(web, keep(2));
    machines.fail(
        "snapshot",
        new MachineFailure(
            MachineFailure.Kind.SNAPSHOT,
            Refusal.of(RefusalCode.NO_SPACE, "the disk is full", "Free some.")));
    pass(HOUR.plusSeconds(1));
    assertThat(numbers(web)).isEmpty();
    assertThat(schedule(web).lastError()).contains("the disk is full");
    pass(HOUR);
    assertThat(numbers(web)).containsExactly(2);
    assertThat(schedule(web).lastError()).isEmpty();
  }

  @Test
  void aRunThatTheDaemonDiedInIsNotRepeatedAndMissedOnesAreOne() {
    InstanceId web = running("web");
    schedule(web, keep(24));
    var _ = machines.hold("snapshot");
    pass(HOUR.plusSeconds(1));
    crash();
    pass(Duration.ofMinutes(1));
    assertThat(numbers(web)).isEmpty();
    assertThat(schedule(web).lastError().orElseThrow()).contains("interrupted");
    assertThat(schedule(web).nextRun())
        .isBetween(
            scheduler.instant().plus(Duration.ofMinutes(58)), scheduler.instant().plus(HOUR));
  }

  @Test
  void whatAForkIsBeingMadeOfIsNotDeleted() {
    InstanceId web = running("web");
    ask(web, new InstanceEvent.SnapshotAsked(Optional.empty()));
    var number = records(web).getFirst().ref().number();
    InstanceId fork = create("copy", new Origin.Fork(web, number, "busybox"));

    Reply<Instance> refused = ask(web, new InstanceEvent.DropSnapshotAsked(number));

    assertThat(refused)
        .isInstanceOfSatisfying(
            Reply.Refused.class,
            reply -> {
              assertThat(reply.refusal().code()).isEqualTo(RefusalCode.SNAPSHOT_IN_USE);
              assertThat(reply.refusal().detail()).contains("copy");
            });
    done(engine().instances().settled(fork, Duration.ofSeconds(20)));
    assertThat(ask(web, new InstanceEvent.DropSnapshotAsked(number)))
        .isInstanceOf(Reply.Done.class);
  }

  private void drilled() {
    drill = Optional.of(HOUR);
  }

  @Test
  void oneAtATimeIsTriedTheNewestFirst() {
    drilled();
    InstanceId web = running("web");
    List<String> tried = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ask(web, new InstanceEvent.SnapshotAsked(Optional.empty()));
      pass(Duration.ofSeconds(1));
    }
    pass(HOUR);
    assertThat(machines.rehearsed).containsExactly("web/3");
    assertThat(records(web).getLast().check()).isInstanceOf(SnapshotCheck.Verified.class);
    pass(HOUR.multipliedBy(3).plusSeconds(1));
    tried.addAll(machines.rehearsed);
    assertThat(tried)
        .as("then the one longest ago")
        .containsExactly("web/3", "web/2", "web/1", "web/3");
  }

  @Test
  void whatIsDamagedIsMarkedAndTriedAgainInItsTurn() {
    drilled();
    InstanceId web = running("web");
    ask(web, new InstanceEvent.SnapshotAsked(Optional.empty()));
    machines.rehearsal = new Rehearsal.Failed("'base.pages' is not what was written");
    pass(HOUR.plusSeconds(1));
    assertThat(records(web).getFirst().check())
        .isInstanceOfSatisfying(
            SnapshotCheck.Damaged.class,
            damaged -> assertThat(damaged.reason()).contains("base.pages"));

    ask(web, new InstanceEvent.SnapshotAsked(Optional.empty()));
    machines.rehearsal = new Rehearsal.Passed();
    pass(HOUR.multipliedBy(2).plusSeconds(1));
    assertThat(machines.rehearsed).containsExactly("web/1", "web/2", "web/1");
    assertThat(records(web))
        .as("what was wrong with the trial is no longer said of the snapshot")
        .extracting(SnapshotRecord::check)
        .hasOnlyElementsOfType(SnapshotCheck.Verified.class);
  }

  @Test
  void whatIsInTheWayMarksNothing() {
    drilled();
    InstanceId web = running("web");
    ask(web, new InstanceEvent.SnapshotAsked(Optional.empty()));
    pass(Duration.ofSeconds(1));
    ask(web, new InstanceEvent.SnapshotAsked(Optional.empty()));
    machines.rehearsal = new Rehearsal.Undecided("no memory");
    pass(HOUR.multipliedBy(3).plusSeconds(1));
    assertThat(machines.rehearsed).as("in turn").containsExactly("web/2", "web/1", "web/2");
    assertThat(records(web))
        .extracting(SnapshotRecord::check)
        .containsOnly(new SnapshotCheck.Unchecked());
  }

  @Test
  void withoutRoomNothingIsTried() {
    drilled();
    capacity = new Capacity(8, Resources.DEFAULT.memoryBytes(), 1L << 40);
    InstanceId web = running("web");
    ask(web, new InstanceEvent.SnapshotAsked(Optional.empty()));
    pass(HOUR.multipliedBy(3));
    assertThat(machines.rehearsed).isEmpty();
    ask(web, new InstanceEvent.StandbyAsked());
    pass(HOUR.multipliedBy(2));
    assertThat(machines.rehearsed).isNotEmpty();
  }

  @Test
  void whatHasNoRoomKeepsNoOtherFromItsTurn() {
    drilled();
    long memory = Resources.DEFAULT.memoryBytes();
    capacity = new Capacity(8, 4 * memory, 1L << 40);
    InstanceId small = running("small");
    ask(small, new InstanceEvent.SnapshotAsked(Optional.empty()));
    Resources most =
        new Resources(Resources.DEFAULT.cpus(), 3 * memory, Resources.DEFAULT.diskBytes());
    InstanceId large = create("large", new Origin.Image("busybox"), most);
    done(engine().instances().settled(large, Duration.ofSeconds(20)));
    ask(large, new InstanceEvent.StandbyAsked());
    InstanceId other = running("other");
    pass(HOUR.plusSeconds(1));
    assertThat(machines.rehearsed).containsExactly("small/1");
    ask(other, new InstanceEvent.StandbyAsked());
    ask(small, new InstanceEvent.StandbyAsked());
    pass(HOUR);
    assertThat(machines.rehearsed).element(1).isEqualTo("small/2");
  }
}
