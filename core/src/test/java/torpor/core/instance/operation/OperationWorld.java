package torpor.core.instance.operation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import torpor.core.image.ImageDigest;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstanceState;
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
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.machine.RuntimeName;
import torpor.core.network.AddressSlot;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.snapshot.SnapshotCheck;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;

/// One instance with what exists of it outside its row: a machine, a network, a directory with
/// snapshots. Effects run one at a time, in order, as the engine's lanes run them; a crash forgets
/// those that wait and may stop the one that runs half-way.
final class OperationWorld {
  private static final Refusal BROKEN = Refusal.of(RefusalCode.INTERNAL, "it broke", "Try again.");
  private static final ImageDigest DIGEST = new ImageDigest("sha256:" + "a".repeat(64));

  private static final SnapshotPlan PLAN =
      new SnapshotPlan(
          SnapshotPlan.SHORTEST,
          new Retention(Optional.of(3), Optional.empty()),
          Optional.empty(),
          Map.of());

  private final Random chance;
  private final List<String> story = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final Deque<InstanceEffect> lane = new ArrayDeque<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private Instance instance;

  private Optional<Generation> machine = Optional.empty();
  private boolean frozen;
  private boolean network;
  private boolean directory;
  private final Set<Integer> onDisk = new HashSet<>();
  private final Set<Integer> rows = new HashSet<>();
  private final Set<Instant> dueTimes = new HashSet<>();
  private boolean removed;

  OperationWorld(Random chance, int seed) {
    this.chance = chance;
    InstanceDecision.Accepted first =
        OperationRules.create(
            new InstanceId("01jd0000000000000000000000"),
            spec(seed),
            seed % 3 == 0 ? Optional.empty() : Optional.of(new AddressSlot(7)),
            now);
    instance = first.next();
    lane.addAll(first.effects());
  }

  private static InstanceSpec spec(int seed) {
    return new InstanceSpec(
        new InstanceName("walker"),
        seed % 2 == 0
            ? new Origin.Image("busybox")
            : new Origin.Fork(
                new InstanceId("01jd0000000000000000000001"), new SnapshotNumber(3), "busybox"),
        new RuntimeName("qemu"),
        Resources.DEFAULT,
        Command.OF_THE_IMAGE,
        new NetworkWish(true, true, List.of(), OptionalLong.empty(), OptionalLong.empty()),
        List.of(),
        seed % 5 == 0 ? new RestartPolicy(RestartPolicy.When.ALWAYS, 2) : RestartPolicy.NEVER,
        Optional.empty(),
        Optional.empty(),
        seed % 7 == 0 ? Optional.of(Duration.ofMinutes(5)) : Optional.empty(),
        false,
        Map.of());
  }

  Instance instance() {
    return instance;
  }

  boolean removed() {
    return removed;
  }

  List<String> faults() {
    return faults;
  }

  List<String> story() {
    return story.subList(Math.max(0, story.size() - 25), story.size());
  }

  void step() {
    int dice = chance.nextInt(100);
    if (dice < 55 && !lane.isEmpty()) {
      run(lane.poll(), chance.nextInt(100) < 12);
    } else if (dice < 62) {
      crash();
    } else if (dice < 70 && machine.isPresent() && !frozen) {
      Generation life = machine.orElseThrow();
      machine = Optional.empty();
      tell(new InstanceEvent.MachineEnded(life, new ExitStatus.Exited(chance.nextInt(2))));
    } else if (dice < 78) {
      now = now.plus(Duration.ofSeconds(chance.nextInt(40)));
      tell(new InstanceEvent.TimerFired());
    } else {
      tell(ask());
    }
  }

  private InstanceEvent ask() {
    List<Supplier<InstanceEvent>> all =
        List.of(
            InstanceEvent.StartAsked::new,
            () -> new InstanceEvent.StopAsked(Duration.ofSeconds(1)),
            InstanceEvent.StandbyAsked::new,
            InstanceEvent.StandbyAsked::new,
            () -> new InstanceEvent.RestoreAsked(Optional.empty(), false),
            () -> new InstanceEvent.RestoreAsked(Optional.empty(), false),
            () -> new InstanceEvent.RestoreAsked(instance.newest(), true),
            InstanceEvent.PauseAsked::new,
            InstanceEvent.ResumeAsked::new,
            () -> new InstanceEvent.SnapshotAsked(Optional.of("mine")),
            () ->
                new InstanceEvent.DropSnapshotAsked(
                    new SnapshotNumber(1 + chance.nextInt(Math.max(1, instance.lastSnapshot())))),
            () ->
                new InstanceEvent.ScheduleAsked(
                    chance.nextInt(4) == 0 ? Optional.empty() : Optional.of(PLAN)),
            () ->
                new InstanceEvent.SnapshotChecked(
                    new SnapshotNumber(1), new SnapshotCheck.Verified(now)),
            () ->
                chance.nextInt(12) == 0
                    ? new InstanceEvent.DeleteAsked()
                    : new InstanceEvent.StartAsked());
    return all.get(chance.nextInt(all.size())).get();
  }

  private void tell(InstanceEvent event) {
    if (removed) {
      return;
    }
    switch (OperationRules.decide(instance, event, now)) {
      case InstanceDecision.Accepted accepted -> {
        story.add(
            event
                + " -> "
                + accepted.next().state().phase()
                + " "
                + accepted.next().operation().map(o -> o.kind() + "/" + o.step()).orElse("-"));
        instance = accepted.next();
        accepted.changes().forEach(this::write);
        lane.addAll(accepted.effects());
      }
      case InstanceDecision.Nothing _, InstanceDecision.Rejected _ -> {}
    }
  }

  private void write(InstanceChange change) {
    switch (change) {
      case InstanceChange.SnapshotRecorded recorded -> {
        rows.add(recorded.number().number());
        if (recorded.scheduled() && !dueTimes.add(instance.schedule().orElseThrow().nextRun())) {
          faults.add("two snapshots for one due time: " + instance.schedule());
        }
      }
      case InstanceChange.SnapshotChecked _ -> {}
      case InstanceChange.SnapshotForgotten(SnapshotNumber number) -> rows.remove(number.number());
      case InstanceChange.Removed _ -> removed = true;
    }
  }

  private void run(InstanceEffect effect, boolean fails) {
    story.add((fails ? "fails: " : "runs: ") + effect);
    switch (effect) {
      case InstanceEffect.PrepareImage _ ->
          tell(fails ? failed(Operation.Step.IMAGE) : new InstanceEvent.ImagePrepared(DIGEST));
      case InstanceEffect.PrepareDisks _ -> {
        directory = true;
        onDisk.add(1);
        tell(fails ? failed(Operation.Step.DISKS) : done(Operation.Step.DISKS));
      }
      case InstanceEffect.AttachNetwork _ -> {
        network = true;
        tell(fails ? failed(Operation.Step.NETWORK) : done(Operation.Step.NETWORK));
      }
      case InstanceEffect.StartMachine(Generation life) -> born(life, fails);
      case InstanceEffect.RestoreMachine(Generation life, var from) -> {
        if (!onDisk.contains(from.number().number())) {
          faults.add("restores a snapshot that is not there: " + from.number());
        }
        born(life, fails);
      }
      case InstanceEffect.TakeSnapshot take -> snapshot(take, fails);
      case InstanceEffect.PauseMachine _ -> {
        frozen = frozen || (machine.isPresent() && !fails);
        tell(fails ? failed(Operation.Step.PAUSE) : done(Operation.Step.PAUSE));
      }
      case InstanceEffect.ResumeMachine _ -> {
        frozen = false;
        tell(done(Operation.Step.RESUME));
      }
      case InstanceEffect.ReleaseMachine _ -> {
        machine = Optional.empty();
        tell(done(Operation.Step.RELEASE));
      }
      case InstanceEffect.KillMachine _ -> {
        machine = Optional.empty();
        tell(done(Operation.Step.KILL));
      }
      case InstanceEffect.DetachNetwork _ -> {
        network = false;
        tell(done(Operation.Step.DETACH));
      }
      case InstanceEffect.RemoveDirectory _ -> {
        directory = false;
        onDisk.clear();
        tell(done(Operation.Step.REMOVE));
      }
      case InstanceEffect.DropSnapshot(SnapshotNumber number) -> onDisk.remove(number.number());
    }
  }

  private void born(Generation life, boolean fails) {
    if (machine.isPresent()) {
      faults.add("born beside " + machine.orElseThrow());
    }
    if (fails) {
      tell(new InstanceEvent.MachineNotUp(life, BROKEN));
      return;
    }
    machine = Optional.of(life);
    frozen = false;
    tell(new InstanceEvent.MachineUp(life, new MachineHandle("m" + life)));
  }

  private void snapshot(InstanceEffect.TakeSnapshot take, boolean fails) {
    boolean there = machine.equals(Optional.of(take.generation()));
    if (fails || !there) {
      boolean lost = !there || chance.nextBoolean();
      if (lost) {
        machine = Optional.empty();
      }
      tell(new InstanceEvent.SnapshotFailed(take.generation(), take.number(), BROKEN, lost));
      return;
    }
    frozen = true;
    onDisk.add(take.number().number());
    tell(
        new InstanceEvent.SnapshotTaken(
            take.generation(), take.number(), new SnapshotFacts(1, Optional.empty())));
  }

  private InstanceEvent done(Operation.Step step) {
    return new InstanceEvent.StepDone(number(), step);
  }

  private InstanceEvent failed(Operation.Step step) {
    return new InstanceEvent.StepFailed(number(), step, BROKEN);
  }

  private int number() {
    return instance.operation().map(Operation::number).orElse(0);
  }

  /// The daemon dies, perhaps half-way through an effect; the next one looks and goes on.
  private void crash() {
    if (!lane.isEmpty() && chance.nextBoolean()) {
      halfOf(lane.poll());
    }
    lane.clear();
    story.add("crash");
    if (machine.isPresent() && chance.nextInt(3) == 0) {
      machine = Optional.empty();
    }
    onDisk.retainAll(rows);
    boolean recorded = instance.mayHaveMachine() || instance.operation().isPresent();
    if (!recorded) {
      if (machine.isPresent()) {
        story.add("swept");
        machine = Optional.empty();
      }
      return;
    }
    if (machine.isPresent() && machine.orElseThrow().equals(instance.generation())) {
      tell(new InstanceEvent.FoundAlive(new MachineHandle("again"), frozen));
    } else {
      machine = Optional.empty();
      tell(new InstanceEvent.FoundGone("the daemon ended"));
    }
  }

  private void halfOf(InstanceEffect effect) {
    switch (effect) {
      case InstanceEffect.AttachNetwork _ -> network = true;
      case InstanceEffect.PrepareDisks _ -> directory = true;
      case InstanceEffect.StartMachine(Generation life) -> machine = Optional.of(life);
      case InstanceEffect.RestoreMachine(Generation life, var _) -> machine = Optional.of(life);
      case InstanceEffect.PauseMachine _ -> frozen = machine.isPresent();
      case InstanceEffect.TakeSnapshot take -> {
        frozen = machine.isPresent();
        onDisk.add(take.number().number());
      }
      case InstanceEffect.KillMachine _, InstanceEffect.ReleaseMachine _ ->
          machine = Optional.empty();
      case InstanceEffect.PrepareImage _,
          InstanceEffect.ResumeMachine _,
          InstanceEffect.DetachNetwork _,
          InstanceEffect.RemoveDirectory _,
          InstanceEffect.DropSnapshot _ -> {}
    }
  }

  /// Nobody asks any more and nothing fails: all that is under way must end, and what is left must
  /// be what the state says.
  void settle() {
    for (int i = 0; i < 200 && !removed; i++) {
      if (!lane.isEmpty()) {
        run(lane.poll(), false);
      } else if (instance.restartAt().isPresent()) {
        now = now.plus(Duration.ofMinutes(2));
        tell(new InstanceEvent.TimerFired());
      }
    }
    if (removed) {
      expect(machine.isEmpty() && !network && !directory, "left behind by a delete");
      return;
    }
    expect(instance.operation().isEmpty(), "an operation that never ends: " + instance);
    expect(
        instance.schedule().flatMap(SnapshotSchedule::underWay).isEmpty(),
        "a schedule that takes what is not under way: " + instance.schedule());
    boolean lives =
        instance.state().phase().text().equals("running")
            || instance.state().phase().text().equals("paused");
    expect(machine.isPresent() == lives, "machine " + machine + " while " + instance.state());
    expect(network == (lives && instance.slot().isPresent()), "network " + network);
    expect(
        !lives || frozen == instance.state() instanceof InstanceState.Paused,
        "frozen " + frozen + " while " + instance.state());
    if (instance.state() instanceof InstanceState.Failed) {
      expect(!directory, "a directory of what failed");
    }
    if (instance.state() instanceof InstanceState.Standby(var at)) {
      expect(onDisk.contains(at.number().number()), "standby on nothing");
      expect(rows.contains(at.number().number()), "standby on what no row names");
    }
    expect(
        onDisk.equals(rows) || instance.state() instanceof InstanceState.Failed,
        "snapshots on disk " + onDisk + ", rows " + rows);
  }

  private void expect(boolean holds, String otherwise) {
    if (!holds) {
      faults.add(otherwise);
    }
  }
}
