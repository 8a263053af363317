package torpor.testkit.sim;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import torpor.core.image.ImageConfig;
import torpor.core.image.ImageDigest;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstanceState;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.instance.spec.Command;
import torpor.core.instance.spec.InstanceName;
import torpor.core.instance.spec.InstanceSpec;
import torpor.core.instance.spec.NetworkWish;
import torpor.core.instance.spec.Origin;
import torpor.core.instance.spec.Resources;
import torpor.core.instance.spec.RestartPolicy;
import torpor.core.job.JobId;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.Reply;
import torpor.engine.caller.IdempotentRequest;
import torpor.engine.caller.InstanceRequest;
import torpor.engine.caller.Instances;
import torpor.engine.clock.Chance;
import torpor.engine.image.ImageView;
import torpor.engine.image.Images;
import torpor.engine.image.ReadyImage;
import torpor.engine.instance.Capacity;
import torpor.engine.instance.InstanceEngine;
import torpor.engine.network.SlotLedger;
import torpor.engine.store.SnapshotRecord;
import torpor.testkit.instance.FakeVolumeFiles;
import torpor.testkit.memory.InMemoryInstanceStore;
import torpor.testkit.memory.InMemoryVolumeStore;

/// Hand-driven instances through a life of random wishes, failures and crashes of the daemon at any
/// step, on one seed. At the end nobody asks any more, and what is left must be what the rows say.
final class InstanceRun {
  private static final ImageDigest DIGEST = new ImageDigest("sha256:" + "c".repeat(64));
  private static final Duration SETTLE = Duration.ofHours(2);

  private final Dice dice;
  private final SimScheduler scheduler;
  private final InstanceHost host;
  private final InMemoryInstanceStore store = new InMemoryInstanceStore();
  private final InMemoryVolumeStore volumes = new InMemoryVolumeStore();
  private final FakeVolumeFiles volumeFiles = new FakeVolumeFiles();
  private final long crashAt;
  private final boolean random;
  private Life daemon = new Life("daemon 0");
  private InstanceEngine engine;
  private boolean recovered;
  private int daemons;
  private int named;
  private long ids;
  private final List<String> faults;

  /// @param crashAt the step before which the daemon dies, once; 0 leaves it to chance
  InstanceRun(long seed, long crashAt) {
    this.dice = new Dice(seed);
    this.scheduler = new SimScheduler(dice);
    this.host = new InstanceHost(scheduler, dice);
    this.faults = host.faults;
    this.crashAt = crashAt;
    this.random = crashAt == 0;
    this.engine = boot();
  }

  private InstanceEngine boot() {
    Life life = daemon;
    InstanceEngine booted =
        new InstanceEngine(
            new InstanceEngine.Parts(
                store,
                volumes,
                volumeFiles,
                new SimImages(),
                host.files(life),
                host.networks(life),
                new SlotLedger(),
                host.machines(life),
                new Capacity(64, 64L << 30, 1L << 40),
                (_, _, _, _) -> CompletableFuture.completedFuture(Optional.empty()),
                Optional.empty(),
                this::reconcile,
                scheduler,
                scheduler.alarms(life),
                new Ids(),
                scheduler.executor(life),
                _ -> {},
                detail -> faults.add("fenced: " + detail)));
    recovered = false;
    booted
        .start()
        .thenAccept(known -> {
          sweep(known);
          recovered = true;
        });
    return booted;
  }

  private CompletionStage<?> reconcile(Instance instance) {
    return store
        .snapshots(instance.id())
        .thenAccept(known -> {
          Set<Integer> numbers =
              known.stream().map(r -> r.ref().number().number()).collect(Collectors.toSet());
          host.snapshots.computeIfPresent(
              instance.id(),
              (_, there) -> {
                there.keySet().retainAll(numbers);
                return there;
              });
        });
  }

  private void sweep(Set<InstanceId> known) {
    host.machines.keySet().removeIf(id -> !known.contains(id));
    host.networks.keySet().retainAll(known);
    host.directories.retainAll(known);
    host.snapshots.keySet().retainAll(known);
  }

  /// The last things that were done.
  List<String> story() {
    return host.story.subList(Math.max(0, host.story.size() - 60), host.story.size());
  }

  private void crash() {
    host.story.add("crash");
    daemon.end();
    daemons++;
    daemon = new Life("daemon " + daemons);
    engine = boot();
  }

  /// @return what was broken; empty is what is hoped for
  List<String> faults() {
    return faults;
  }

  long steps() {
    return scheduler.steps();
  }

  InstanceRun run(int wishes) {
    for (int i = 0; i < wishes && faults.isEmpty(); i++) {
      wish();
      host.failing(random ? 0.05 : 0);
      int upTo = random ? dice.below(30) : 200;
      for (int step = 0; step < upTo; step++) {
        if (crashAt > 0 && scheduler.steps() == crashAt && daemons == 0) {
          crash();
        } else if (random && dice.chance(0.004)) {
          crash();
        }
        host.tick();
        if (!scheduler.step(scheduler.instant().plus(Duration.ofSeconds(2)))) {
          break;
        }
      }
      if (random && dice.chance(0.05)) {
        host.endOne(daemon);
      }
    }
    settle();
    return this;
  }

  private void settle() {
    host.failing(0);
    var until = scheduler.instant().plus(SETTLE);
    while (faults.isEmpty() && scheduler.step(until)) {
      host.tick();
    }
    audit();
  }

  /// Nobody is served before the daemon has looked at what its predecessor left.
  private void wish() {
    if (!recovered) {
      return;
    }
    Instances instances = engine.instances();
    List<Instance> all = instances.list(Set.of());
    if (all.size() < 2 || (all.size() < 6 && dice.chance(0.2))) {
      var _ = instances.create(create(all));
      return;
    }
    InstanceId id = dice.pick(all).id();
    switch (dice.below(10)) {
      case 0 -> ask(id, new InstanceEvent.StopAsked(Duration.ofSeconds(1)));
      case 1 -> ask(id, new InstanceEvent.StartAsked());
      case 2, 3 -> ask(id, new InstanceEvent.StandbyAsked());
      case 4, 5 -> ask(id, new InstanceEvent.RestoreAsked(Optional.empty(), false));
      case 6 -> ask(id, new InstanceEvent.SnapshotAsked(Optional.of("named")));
      case 7 -> ask(id, new InstanceEvent.PauseAsked());
      case 8 -> ask(id, new InstanceEvent.ResumeAsked());
      default -> {
        if (dice.chance(0.4)) {
          ask(id, new InstanceEvent.DeleteAsked());
        }
      }
    }
  }

  private void ask(InstanceId id, InstanceEvent.FromCaller event) {
    host.story.add(
        event + " " + engine.instances().get(id).map(i -> i.spec().name() + " " + i.state()));
    var _ = engine.instances().ask(id, event);
  }

  private InstanceRequest create(List<Instance> all) {
    Optional<Instance> source =
        all.stream().filter(i -> i.newest().isPresent() && dice.chance(0.7)).findFirst();
    Origin origin =
        source
            .<Origin>map(i -> new Origin.Fork(i.id(), i.newest().orElseThrow().number(), "busybox"))
            .orElseGet(() -> new Origin.Image("busybox"));
    named++;
    return new InstanceRequest(
        new InstanceSpec(
            new InstanceName("n" + named),
            origin,
            new RuntimeName("qemu"),
            Resources.DEFAULT,
            Command.OF_THE_IMAGE,
            dice.chance(0.7)
                ? new NetworkWish(true, true, List.of(), OptionalLong.empty(), OptionalLong.empty())
                : NetworkWish.NONE,
            List.of(),
            dice.chance(0.3)
                ? new RestartPolicy(RestartPolicy.When.ALWAYS, 3)
                : RestartPolicy.NEVER,
            Optional.empty(),
            Optional.empty(),
            dice.chance(0.1) ? Optional.of(Duration.ofSeconds(30)) : Optional.empty(),
            false,
            Map.of()),
        Optional.<IdempotentRequest>empty());
  }

  /// The leak audit.
  private void audit() {
    Set<InstanceId> known = new TreeSet<>();
    for (Instance instance : engine.instances().list(Set.of())) {
      known.add(instance.id());
      audit(instance);
    }
    host.machines.keySet().stream()
        .filter(id -> !known.contains(id))
        .forEach(id -> faults.add("a machine nobody owns: " + id));
    host.networks.keySet().stream()
        .filter(id -> !known.contains(id))
        .forEach(id -> faults.add("a network nobody owns: " + id));
    host.directories.stream()
        .filter(id -> !known.contains(id))
        .forEach(id -> faults.add("a directory nobody owns: " + id));
  }

  private void audit(Instance instance) {
    InstanceId id = instance.id();
    InstanceHost.Machine machine = host.machines.get(id);
    boolean paused = instance.state() instanceof InstanceState.Paused;
    boolean lives = paused || instance.state() instanceof InstanceState.Running;
    check(instance, instance.operation().isEmpty(), "its operation never ended");
    check(instance, (machine != null) == lives, "machine: " + (machine != null));
    check(instance, machine == null || machine.frozen == paused, "frozen: " + paused);
    check(
        instance,
        host.networks.containsKey(id) == (lives && instance.slot().isPresent()),
        "network: " + host.networks.containsKey(id));
    if (instance.state() instanceof InstanceState.Standby(var at)) {
      check(
          instance,
          host.snapshots.getOrDefault(id, Map.of()).containsKey(at.number().number()),
          "its snapshot is gone");
    }
    if (instance.state() instanceof InstanceState.Failed) {
      check(instance, !host.directories.contains(id), "a directory of what failed");
    }
    store
        .snapshots(id)
        .thenAccept(rows ->
            check(
                instance,
                numbers(rows).equals(host.snapshots.getOrDefault(id, Map.of()).keySet())
                    || instance.state() instanceof InstanceState.Failed,
                "rows %s, on disk %s".formatted(numbers(rows), host.snapshots.get(id))));
  }

  private static Set<Integer> numbers(List<SnapshotRecord> rows) {
    return rows.stream().map(r -> r.ref().number().number()).collect(Collectors.toSet());
  }

  private void check(Instance instance, boolean holds, String otherwise) {
    if (!holds) {
      faults.add("%s (%s): %s".formatted(instance.spec().name(), instance.state(), otherwise));
    }
  }

  private final class Ids implements Chance {
    @Override
    public double draw() {
      return dice.draw();
    }

    @Override
    public JobId newJobId(Instant now) {
      ids++;
      return new JobId("01jd" + String.format(Locale.ROOT, "%022d", ids));
    }

    @Override
    public String newSecret() {
      return "a".repeat(32);
    }
  }

  /// Everything is here already.
  private static final class SimImages implements Images {
    private static final ReadyImage READY =
        new ReadyImage(DIGEST, Path.of("/rootfs"), 1, ImageConfig.NONE);

    @Override
    public CompletionStage<Reply<ImageView>> fetch(String source) {
      throw new AssertionError("the engine waits for images");
    }

    @Override
    public CompletionStage<Reply<ReadyImage>> ready(String source, Consumer<ImageView> progress) {
      return CompletableFuture.completedFuture(Reply.done(READY));
    }

    @Override
    public CompletionStage<Reply<ImageView>> find(String name) {
      throw new AssertionError("the engine waits for images");
    }

    @Override
    public CompletionStage<Reply<ReadyImage>> ready(ImageDigest digest) {
      return CompletableFuture.completedFuture(Reply.done(READY));
    }

    @Override
    public CompletionStage<List<ImageView>> list() {
      return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public CompletionStage<Reply<ImageView>> remove(String name, Set<ImageDigest> used) {
      throw new AssertionError("the engine waits for images");
    }

    @Override
    public CompletionStage<List<ImageView>> prune(Set<ImageDigest> used, long keepBytes) {
      return CompletableFuture.completedFuture(List.of());
    }
  }
}
