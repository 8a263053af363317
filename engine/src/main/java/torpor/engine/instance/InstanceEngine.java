package torpor.engine.instance;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstanceState;
import torpor.core.instance.health.Health;
import torpor.core.instance.operation.InstanceEffect;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.instance.operation.Operation;
import torpor.core.job.JobId;
import torpor.core.machine.ExitStatus;
import torpor.core.refusal.Reply;
import torpor.engine.caller.Idleness;
import torpor.engine.caller.Instances;
import torpor.engine.caller.Volumes;
import torpor.engine.clock.Alarms;
import torpor.engine.clock.Chance;
import torpor.engine.disk.InstanceDirectories;
import torpor.engine.effect.Deadlines;
import torpor.engine.image.Images;
import torpor.engine.network.NetworkPlace;
import torpor.engine.network.Networks;
import torpor.engine.network.SlotLedger;
import torpor.engine.store.InstanceStore;
import torpor.engine.store.StoredInstance;
import torpor.engine.store.VolumeStore;
import torpor.engine.volume.VolumeDesk;
import torpor.engine.volume.VolumeFiles;
import torpor.engine.volume.VolumeLedger;

/// The engine of hand-driven instances, put together. Read the constructor top to bottom for who
/// knows whom.
public final class InstanceEngine {
  private final InstantSource clock;
  private final Machines machines;
  private final Networks networks;
  private final SlotLedger slots;
  private final Alarms alarms;
  private final InstanceStore store;
  private final VolumeStore volumeStore;
  private final VolumeLedger ledger;
  private final VolumeDesk volumes;
  private final InstanceActors actors;
  private final InstanceEffects effects;
  private final InstanceWatch watch;
  private final InstanceDesk desk;
  private final InstanceRecovery recovery;
  private final HealthWatch health;
  private final IdleWatch idle;
  private final ScheduledSnapshots scheduled;
  private final SnapshotDrill drill;
  private final Consumer<JobId> published;
  private final Consumer<String> fenced;
  private final Map<InstanceId, Alarms.Alarm> timers = new ConcurrentHashMap<>();
  private volatile boolean closing;

  /// @param slots who has which of `networks`; shared with all who give them away
  /// @param drillEvery how often a snapshot is restored on trial; never where empty
  /// @param reconciler drops snapshots on disk that no commit names
  /// @param published told that an instance's history has grown
  /// @param fenced told when another daemon owns this node
  public record Parts(
      InstanceStore store,
      VolumeStore volumes,
      VolumeFiles volumeFiles,
      Images images,
      InstanceFiles files,
      Networks networks,
      SlotLedger slots,
      Machines machines,
      Capacity capacity,
      HealthProbes probes,
      Optional<Duration> drillEvery,
      Function<Instance, CompletionStage<?>> reconciler,
      InstantSource clock,
      Alarms alarms,
      Chance chance,
      Executor threads,
      Consumer<JobId> published,
      Consumer<String> fenced) {}

  /// In the directories of the jobs.
  public static InstanceEngine on(
      InstanceStore store,
      VolumeStore volumes,
      VolumeFiles volumeFiles,
      Images images,
      Networks networks,
      SlotLedger slots,
      Capacity capacity,
      HealthProbes probes,
      Optional<Duration> drillEvery,
      Machines machines,
      InstanceDirectories directories,
      InstantSource clock,
      Alarms alarms,
      Chance chance,
      Executor threads,
      Consumer<JobId> published,
      Consumer<String> fenced) {
    DirectoryFiles files = new DirectoryFiles(directories, store);
    return new InstanceEngine(
        new Parts(
            store,
            volumes,
            volumeFiles,
            images,
            files,
            networks,
            slots,
            machines,
            capacity,
            probes,
            drillEvery,
            files::reconcile,
            clock,
            alarms,
            chance,
            threads,
            published,
            fenced));
  }

  public InstanceEngine(Parts parts) {
    this.clock = parts.clock();
    this.machines = parts.machines();
    this.networks = parts.networks();
    this.slots = parts.slots();
    this.alarms = parts.alarms();
    this.published = parts.published();
    this.fenced = parts.fenced();
    this.watch = new InstanceWatch(clock, alarms);
    this.store = parts.store();
    this.volumeStore = parts.volumes();
    this.ledger = new VolumeLedger(volumeStore, clock, alarms, parts.threads(), fenced);
    this.actors =
        new InstanceActors(store, ledger, new Aftermath(), clock, alarms, parts.threads());
    Reservations reservations = new Reservations(parts.capacity(), actors::all, ledger::bytes);
    this.volumes =
        new VolumeDesk(
            volumeStore,
            ledger,
            parts.volumeFiles(),
            (id, bytes) -> reservations.reserve(id, bytes).map(held -> held::release),
            new Deadlines(clock, alarms),
            clock,
            parts.chance());
    InstanceBirths births =
        new InstanceBirths(
            parts.store(), actors, ledger, parts.networks(), slots, reservations, parts.chance());
    this.desk =
        new InstanceDesk(
            parts.store(),
            parts.machines(),
            actors,
            births,
            reservations,
            watch,
            this::place,
            this::health,
            this::idleness,
            clock);
    this.effects =
        new InstanceEffects(
            parts.images(),
            parts.files(),
            parts.networks(),
            new NetworkPlans(),
            parts.machines(),
            new Deadlines(clock, alarms),
            desk::tellProgress,
            this::report,
            parts.threads());
    this.health = new HealthWatch(parts.probes(), parts.networks(), actors::current, clock, alarms);
    this.idle =
        new IdleWatch(
            parts.networks(),
            new NetworkPlans(),
            () -> actors.all().stream().map(StoredInstance::instance).toList(),
            this::sleeps,
            clock,
            alarms,
            parts.threads());
    this.scheduled = new ScheduledSnapshots(parts.store(), desk::ask, clock);
    this.drill =
        new SnapshotDrill(
            parts.store(),
            actors,
            parts.machines(),
            reservations,
            parts.drillEvery(),
            clock,
            alarms);
    this.recovery =
        new InstanceRecovery(
            parts.store(),
            actors,
            parts.machines(),
            effects.ends(),
            instance -> parts.reconciler().apply(instance),
            new Deadlines(clock, alarms));
  }

  public Instances instances() {
    return desk;
  }

  /// What is wrong though instances are served; see [InstanceRecovery#trouble] and
  /// [VolumeDesk#trouble].
  public Optional<String> trouble() {
    return recovery.trouble().or(volumes::trouble);
  }

  public Volumes volumes() {
    return volumes;
  }

  private Optional<Health> health(InstanceId id) {
    return health.of(id);
  }

  private CompletionStage<Optional<Idleness>> idleness(InstanceId id, boolean fromNowOn) {
    return fromNowOn ? idle.stayAwake(id) : idle.of(id);
  }

  private Optional<NetworkPlace> place(InstanceId id) {
    return effects.place(id);
  }

  /// Brings what was in flight to order and arms the timers. Completes with all instances there
  /// are. Networks of nobody stay until [#sweepNetworks].
  public CompletionStage<Set<InstanceId>> start() {
    return tenanciesRecovered()
        .thenCompose(_ -> recovery.run())
        .thenCompose(known ->
            recovery
                .sweep(known)
                .thenCompose(_ -> answerDoors())
                .thenApply(_ -> {
                  actors
                      .all()
                      .forEach(row -> {
                        arm(row.instance());
                        health.changed(row.instance().id(), Optional.of(row.instance()));
                      });
                  idle.start();
                  drill.start();
                  return known;
                }));
  }

  /// Who has which volume and which slot is known before anybody asks for one.
  private CompletionStage<?> tenanciesRecovered() {
    return store
        .all()
        .thenCombine(
            volumeStore.all(),
            (instances, rows) -> {
              ledger.loaded(rows, instances.stream().map(StoredInstance::instance).toList());
              instances.forEach(row -> hasSlot(row.instance()));
              return rows;
            })
        .thenCompose(_ -> volumes.recover());
  }

  private void hasSlot(Instance instance) {
    SlotLedger.Tenant tenant =
        new SlotLedger.Tenant(instance.id(), instance.spec().network().name());
    instance.slot().ifPresent(slot -> slots.has(tenant, slot));
  }

  /// What stands by is at its door again before anybody is swept away. What runs has its ports,
  /// also where an earlier daemon died while it held them for a sleep that did not come about.
  private CompletionStage<?> answerDoors() {
    List<CompletableFuture<?>> answered =
        actors.all().stream()
            .map(StoredInstance::instance)
            .<CompletableFuture<?>>map(instance -> answerDoor(instance).toCompletableFuture())
            .toList();
    return CompletableFuture.allOf(answered.toArray(CompletableFuture[]::new));
  }

  private CompletionStage<?> answerDoor(Instance instance) {
    return switch (instance.state()) {
      case InstanceState.Standby _ -> effects.door().answer(instance);
      case InstanceState.Running _ -> effects.door().open(instance);
      default -> CompletableFuture.completedFuture(null);
    };
  }

  /// Whether it falls asleep, or something else is under way that opens its ports in the end.
  private CompletionStage<Boolean> sleeps(InstanceId id) {
    return actors
        .ask(id, new InstanceEvent.StandbyAsked())
        .thenApply(reply ->
            reply instanceof Reply.Done
                || actors.current(id).filter(now -> now.operation().isPresent()).isPresent());
  }

  /// Removes the networks of all but these, which are the instances and the jobs in flight.
  public CompletionStage<?> sweepNetworks(Set<InstanceId> known) {
    return networks.unavailable().isPresent()
        ? CompletableFuture.completedFuture(0)
        : networks.sweep(known).thenRun(() -> slots.retain(known));
  }

  /// Ends every machine, since another daemon may own this node by now. The rows follow when the
  /// store answers, if they are still ours.
  public CompletionStage<Void> endAll(String why) {
    List<CompletableFuture<?>> ended =
        actors.all().stream()
            .map(StoredInstance::instance)
            .filter(Instance::mayHaveMachine)
            .map(instance -> end(instance, why).toCompletableFuture())
            .<CompletableFuture<?>>map(done -> done)
            .toList();
    return CompletableFuture.allOf(ended.toArray(CompletableFuture[]::new));
  }

  private CompletionStage<?> end(Instance instance, String why) {
    return machines
        .kill(instance, instance.generation(), Optional.empty(), Duration.ZERO)
        .thenAccept(_ ->
            report(
                instance.id(),
                new InstanceEvent.MachineEnded(instance.generation(), new ExitStatus.Lost(why))));
  }

  /// What machines report from now on is the daemon's own doing.
  public void close() {
    closing = true;
    health.close();
    idle.close();
    drill.close();
    timers.values().forEach(Alarms.Alarm::cancel);
  }

  private void report(InstanceId id, InstanceEvent.FromEffect event) {
    if (!closing) {
      var _ = actors.ask(id, event);
    }
  }

  private void arm(Instance instance) {
    Optional<Instant> due = instance.due().filter(_ -> !isBeingDeleted(instance));
    timers.compute(
        instance.id(),
        (id, earlier) -> {
          if (earlier != null) {
            earlier.cancel();
          }
          return due.map(at -> alarms.at(at, () -> fire(id))).orElse(null);
        });
  }

  private static boolean isBeingDeleted(Instance instance) {
    return instance.operation().filter(o -> o.kind() == Operation.Kind.DELETE).isPresent();
  }

  private void fire(InstanceId id) {
    if (!closing) {
      var _ = actors.ask(id, new InstanceEvent.TimerFired());
    }
  }

  private final class Aftermath implements InstanceActors.Aftermath {
    @Override
    public void changed(Instance before, Optional<Instance> now) {
      if (now.isEmpty()) {
        Alarms.Alarm timer = timers.remove(before.id());
        if (timer != null) {
          timer.cancel();
        }
        before.slot().ifPresent(slot -> slots.free(before.id(), slot));
      } else {
        arm(now.orElseThrow());
        scheduled.changed(before, now.orElseThrow());
      }
      ledger.changed(before, now);
      watch.changed(before.id(), now);
      health.changed(before.id(), now);
      published.accept(new JobId(before.id().ulid()));
    }

    @Override
    public void act(Instance instance, InstanceEffect effect) {
      effects.act(instance, effect);
    }

    @Override
    public void fenced(String detail) {
      fenced.accept(detail);
    }
  }
}
