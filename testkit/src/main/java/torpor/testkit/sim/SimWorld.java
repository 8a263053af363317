package torpor.testkit.sim;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionName;
import torpor.core.definition.JsonText;
import torpor.core.job.Job;
import torpor.core.job.JobId;
import torpor.core.job.JobPhase;
import torpor.core.refusal.Reply;
import torpor.engine.Engine;
import torpor.engine.EngineParts;
import torpor.engine.clock.Chance;
import torpor.engine.store.NewDefinition;
import torpor.engine.store.StoredJob;
import torpor.testkit.memory.InMemoryJobStore;
import torpor.testkit.memory.MemoryTables;

/// Everything one run is made of, put together; see [SimRun] for what a run goes through.
final class SimWorld {
  private static final Duration LONGEST_DOWN = Duration.ofSeconds(20);

  private final Plan plan;
  private final Planted planted;
  private final Dice dice;
  private final SimScheduler scheduler;
  private final Trace trace;
  private final DiskTree disk = new DiskTree();
  private final MemoryTables tables = new MemoryTables();
  private final Ledger ledger;
  private final MachineHost host;
  private final Life world = new Life("world");
  private final Map<String, GuestProgram> programs = new HashMap<>();
  private final Map<GuestMachine, Guest> guests = new LinkedHashMap<>();
  private final List<Definition> definitions = new ArrayList<>();
  private final List<Daemon> zombies = new ArrayList<>();
  private final Set<Long> crashAt;
  private Trouble trouble;
  private Optional<Daemon> current = Optional.empty();
  private long points;
  private int ids;

  SimWorld(Plan plan, Planted planted, Dice dice, boolean tracing, Set<Long> crashAt) {
    this.plan = plan;
    this.planted = planted;
    this.dice = dice;
    this.crashAt = crashAt;
    this.trouble = plan.trouble();
    this.scheduler = new SimScheduler(dice);
    this.trace = new Trace(tracing, scheduler);
    this.ledger = new Ledger(scheduler, disk);
    this.host = new MachineHost(ledger, plan.places());
    define();
  }

  private void define() {
    InMemoryJobStore store = new InMemoryJobStore(tables);
    for (int i = 0; i < plan.jobs().size(); i++) {
      Plan.Kind kind = plan.jobs().get(i);
      JsonText config = new JsonText("{\"program\":%d}".formatted(i));
      programs.put(config.text(), kind.program());
      trace.say("definition p%d: %s", i, kind);
      NewDefinition added =
          new NewDefinition(
              new DefinitionName("p" + i),
              "1",
              kind.runtime(),
              config,
              kind.retry(),
              kind.timeout(),
              kind.keepSnapshots(),
              Map.of());
      Reply<Definition> reply =
          store.addDefinition(added, scheduler.instant()).toCompletableFuture().join();
      if (reply instanceof Reply.Done<Definition>(Definition definition)) {
        definitions.add(definition);
        ledger.defined(definition);
      }
    }
  }

  Plan plan() {
    return plan;
  }

  Dice dice() {
    return dice;
  }

  SimScheduler scheduler() {
    return scheduler;
  }

  Trace trace() {
    return trace;
  }

  Ledger ledger() {
    return ledger;
  }

  MachineHost host() {
    return host;
  }

  DiskTree disk() {
    return disk;
  }

  Life life() {
    return world;
  }

  List<Definition> definitions() {
    return definitions;
  }

  /// The points so far at which a daemon could have been killed.
  long points() {
    return points;
  }

  /// What is durable, read past every daemon.
  InMemoryJobStore durable() {
    return new InMemoryJobStore(tables, tables.owner());
  }

  List<Job> jobs() {
    return durable()
        .loadAll(List.copyOf(ledger.jobs().keySet()))
        .toCompletableFuture()
        .join()
        .stream()
        .map(StoredJob::job)
        .toList();
  }

  Optional<Daemon> open() {
    return current.filter(Daemon::open);
  }

  /// Whom a caller reaches: now and then a daemon that has been taken over and does not know it.
  Optional<Daemon> reachable() {
    return !zombies.isEmpty() && dice.chance(0.4)
        ? Optional.of(dice.pick(zombies)).filter(Daemon::open)
        : open();
  }

  private Optional<GuestClient.Line> network() {
    return open().map(daemon -> new GuestClient.Line(daemon.life(), daemon.guests()));
  }

  void startDaemon() {
    long epoch = tables.takeOver(scheduler.instant().plus(SimLease.LENGTH));
    Life life = new Life("daemon-" + epoch);
    Stage stage = new Stage(life, scheduler, dice, trace, () -> trouble, this::point);
    Engine engine = new Engine(parts(stage, epoch));
    Daemon daemon = new Daemon(stage, engine);
    current = Optional.of(daemon);
    trace.say("%s: starts", life);
    var _ =
        engine
            .start()
            .whenComplete((_, failure) -> {
              if (!life.alive()) {
                return;
              }
              if (failure == null) {
                trace.say("%s: is open", life);
                daemon.opened();
              } else {
                trace.say("%s: does not start: %s", life, failure);
                crash(daemon);
              }
            });
  }

  private EngineParts parts(Stage stage, long epoch) {
    InstantSource clock = planted.clock(scheduler);
    return new EngineParts(
        planted.store(new SimStore(stage, tables, epoch, planted.forgetsFencing(), ledger)),
        planted.lease(new SimLease(stage, tables, epoch)),
        planted.directories(new SimDisk(stage, disk)),
        List.of(planted.runtime(runtime(false, stage)), planted.runtime(runtime(true, stage))),
        (_, _, _) -> Map.of(),
        plan.places(),
        clock,
        scheduler.alarms(stage.life()),
        new Draws(),
        scheduler.executor(stage.life()),
        detail -> fenced(stage, detail));
  }

  private SimRuntime runtime(boolean outside, Stage stage) {
    return new SimRuntime(outside, stage, host, disk, ledger, programs, this::network, guests);
  }

  private final class Draws implements Chance {
    @Override
    public double draw() {
      return dice.draw();
    }

    @Override
    public JobId newJobId(Instant now) {
      return new JobId("%026d".formatted(++ids));
    }

    @Override
    public String newSecret() {
      return "%032d".formatted(dice.below(Integer.MAX_VALUE));
    }
  }

  private void fenced(Stage stage, String detail) {
    trace.say("%s: is fenced off: %s", stage.life(), detail);
    scheduler.after(
        world,
        dice.upTo(Duration.ofSeconds(2)),
        () -> {
          zombies.removeIf(zombie -> zombie.life() == stage.life());
          endLife(stage.life());
        });
  }

  private void point(Stage stage, String what) {
    if (!stage.life().alive()) {
      return;
    }
    points++;
    if (dice.chance(trouble.isolation())) {
      isolate();
    }
    boolean chosen = crashAt.contains(points);
    if (chosen || dice.chance(trouble.crash())) {
      trace.say("crash point %d: %s", points, what);
      trip(stage, !chosen && dice.chance(trouble.takeOver()));
    }
  }

  private void trip(Stage stage, boolean takeOver) {
    Optional<Daemon> tripped = current.filter(d -> d.stage() == stage);
    if (tripped.isEmpty()) {
      zombies.removeIf(zombie -> zombie.stage() == stage);
      endLife(stage.life());
    } else if (takeOver) {
      takeOver();
    } else {
      crash(tripped.orElseThrow());
    }
  }

  private void endLife(Life life) {
    if (life.alive()) {
      trace.say("%s: is KILLED", life);
      life.end();
      host.ended(life);
    }
  }

  private void crash(Daemon daemon) {
    endLife(daemon.life());
    if (current.filter(d -> d == daemon).isPresent()) {
      disk.crash(dice);
      current = Optional.empty();
      scheduler.after(world, dice.upTo(LONGEST_DOWN), this::startDaemon);
    }
  }

  void crashNow() {
    current.ifPresent(this::crash);
  }

  /// The daemon is asked to stop, and does so some time later, whatever is still in flight.
  void stopNow() {
    open()
        .ifPresent(daemon -> {
          trace.say("%s: is asked to stop", daemon.life());
          daemon.engine().close();
          scheduler.after(
              world,
              dice.upTo(Duration.ofSeconds(5)),
              () -> {
                if (daemon.life().alive()) {
                  crash(daemon);
                }
              });
        });
  }

  /// A second daemon takes the node over while the first goes on, cut off from the host.
  void takeOver() {
    current.ifPresent(old -> {
      trace.say("%s: is taken over", old.life());
      old.life().cutOffNow();
      disk.crash(dice);
      zombies.add(old);
      startDaemon();
    });
  }

  /// The daemon does not reach the store any more. Before its lease runs out there the store may
  /// come back; or else another daemon takes the node over.
  private void isolate() {
    Optional<Daemon> cut = current.filter(d -> d.life().alive() && !d.life().isolated());
    cut.ifPresent(daemon -> {
      trace.say("%s: is cut off from the store", daemon.life());
      daemon.life().isolate(true);
      Instant end = tables.leaseUntil();
      if (dice.chance(0.5)) {
        scheduler.after(world, dice.upTo(SimLease.LENGTH), () -> daemon.life().isolate(false));
      }
      Duration left = Duration.between(scheduler.instant(), end);
      scheduler.after(world, left.plusNanos(1), () -> takeOverIsolated(daemon, end));
    });
  }

  private void takeOverIsolated(Daemon daemon, Instant end) {
    boolean ranOut = daemon.life().isolated() && tables.leaseUntil().equals(end);
    if (ranOut && daemon.life().alive() && current.filter(d -> d == daemon).isPresent()) {
      host.leaseRunsOut(daemon.life());
      takeOver();
      scheduler.after(world, dice.upTo(Duration.ofMinutes(1)), () -> daemon.life().isolate(false));
    }
  }

  /// Nothing goes wrong from now on.
  void heal() {
    trace.say("---- healing ----");
    trouble = Trouble.NONE;
    current.ifPresent(daemon -> daemon.life().isolate(false));
    zombies.forEach(zombie -> endLife(zombie.life()));
    zombies.clear();
  }

  /// Lets the world go on until `done`, a broken promise or a time.
  ///
  /// @return whether it was `done`
  boolean goOn(Duration atMost, BooleanSupplier done) {
    Instant limit = scheduler.instant().plus(atMost);
    while (ledger.verdict().isEmpty()) {
      if (done.getAsBoolean()) {
        return true;
      }
      if (!scheduler.step(limit)) {
        return done.getAsBoolean();
      }
      if (scheduler.steps() > SimRun.MOST_STEPS) {
        ledger.broken(Promise.P5_EVERY_SLEEP_ENDS, "the world does not come to rest");
      }
    }
    return false;
  }

  boolean allEnded() {
    return ledger.jobs().values().stream()
        .allMatch(job -> job.removed() || job.row().state().phase().kind() == JobPhase.Kind.ENDED);
  }
}
