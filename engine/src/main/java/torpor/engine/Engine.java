package torpor.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.instance.InstanceId;
import torpor.core.job.Job;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;
import torpor.core.job.JobPhase;
import torpor.core.job.JobState;
import torpor.engine.actor.DurableListener;
import torpor.engine.actor.JobActors;
import torpor.engine.caller.Definitions;
import torpor.engine.caller.EngineStats;
import torpor.engine.caller.Instances;
import torpor.engine.caller.Jobs;
import torpor.engine.caller.Volumes;
import torpor.engine.definition.DefinitionShelf;
import torpor.engine.desk.CallerDesk;
import torpor.engine.desk.GuestDesk;
import torpor.engine.effect.EffectRunner;
import torpor.engine.feed.EndWatch;
import torpor.engine.feed.Feed;
import torpor.engine.guest.GuestCalls;
import torpor.engine.instance.InstanceEngine;
import torpor.engine.lease.LeaseKeeper;
import torpor.engine.place.Admission;
import torpor.engine.place.Places;
import torpor.engine.recovery.Janitor;
import torpor.engine.recovery.Recovery;
import torpor.engine.store.StoredJob;
import torpor.engine.supervision.Restarts;
import torpor.engine.supervision.Supervisor;
import torpor.engine.timer.DueTimers;

/// The whole engine, put together. Read the constructor top to bottom for who knows whom.
public final class Engine implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Engine.class);

  private final EngineParts parts;
  private final DefinitionShelf definitions;
  private final GuestDesk guests;
  private final Places places;
  private final Supervisor supervisor;
  private final LeaseKeeper lease;
  private final EffectRunner effects;
  private final JobActors actors;
  private final DueTimers timers;
  private final Admission admission;
  private final Feed feed;
  private final EndWatch ends = new EndWatch();
  private final CallerDesk callers;
  private final Recovery recovery;
  private final Janitor janitor;
  private final Optional<InstanceEngine> byHand;

  private final LongAdder commits = new LongAdder();
  private final LongAdder wakes = new LongAdder();
  private final LongAdder wakeLatenessMicros = new LongAdder();
  private final AtomicBoolean fenced = new AtomicBoolean();
  private volatile boolean recovered;
  private volatile boolean closing;

  public Engine(EngineParts parts) {
    this.parts = parts;
    InstantSource clock = parts.clock();
    this.definitions = new DefinitionShelf(parts.store(), clock, parts.runtimes());
    this.guests = new GuestDesk(this::actors, parts.store(), definitions);
    this.places = new Places(parts.machines(), parts.threads());
    this.feed = new Feed(parts.store(), clock, parts.alarms(), parts.threads());
    this.supervisor = new Supervisor(clock, parts.alarms(), parts.threads());
    this.lease =
        new LeaseKeeper(
            parts.lease(),
            clock,
            parts.alarms(),
            parts.threads(),
            supervisor,
            this::ranOut,
            this::fenced);
    this.effects =
        new EffectRunner(
            definitions,
            parts.directories(),
            parts.store(),
            places,
            parts.environment(),
            guests,
            this::tell,
            clock,
            parts.alarms(),
            parts.threads(),
            lease);
    this.actors =
        new JobActors(
            parts.store(),
            definitions,
            effects,
            new Aftermath(),
            clock,
            parts.alarms(),
            parts.chance(),
            parts.threads());
    this.timers =
        new DueTimers(
            parts.store(),
            clock,
            parts.alarms(),
            parts.threads(),
            actors::fireTimers,
            places::goingOn);
    this.admission =
        new Admission(places, parts.store(), new Door(), clock, parts.alarms(), parts.threads());
    this.callers =
        new CallerDesk(
            parts.store(),
            definitions,
            actors,
            new Spawns(),
            feed,
            ends,
            clock,
            parts.alarms(),
            parts.chance(),
            this::stats);
    this.recovery =
        new Recovery(
            parts.store(),
            definitions,
            parts.directories(),
            actors::ask,
            places,
            effects,
            this::tell,
            clock,
            parts.alarms());
    this.janitor = new Janitor(parts.store(), parts.directories());
    this.byHand =
        parts
            .byHand()
            .map(hand ->
                InstanceEngine.on(
                    hand.store(),
                    hand.volumes(),
                    hand.volumeFiles(),
                    hand.images(),
                    hand.networks(),
                    hand.slots(),
                    hand.capacity(),
                    hand.probes(),
                    hand.drillEvery(),
                    hand.machines(),
                    parts.directories(),
                    clock,
                    parts.alarms(),
                    parts.chance(),
                    parts.threads(),
                    feed::published,
                    this::fenced));
  }

  private JobActors actors() {
    return actors;
  }

  public Jobs jobs() {
    return callers;
  }

  /// Machines driven by hand; empty where this engine was made without.
  public Optional<Instances> instances() {
    return byHand.map(InstanceEngine::instances);
  }

  /// Volumes of machines driven by hand; empty where this engine was made without.
  public Optional<Volumes> volumes() {
    return byHand.map(InstanceEngine::volumes);
  }

  public Definitions definitions() {
    return definitions;
  }

  /// What is wrong with a daemon that serves all the same: a sentence for each runtime that did not
  /// answer when it was asked for its machines.
  public List<String> troubles() {
    return Stream.concat(
            definitions.silent().stream(), byHand.flatMap(InstanceEngine::trouble).stream())
        .toList();
  }

  public GuestCalls guests() {
    return guests;
  }

  /// Brings everything that was in flight to order, then lets time and pending jobs go on.
  /// Completes when requests may come in, with the number of jobs recovered.
  public CompletionStage<Integer> start() {
    return lease
        .start()
        .thenCompose(_ -> parts.directories().all())
        .thenCompose(present ->
            instancesKnown()
                .thenCompose(others ->
                    recovery
                        .run()
                        .thenCompose(inFlight -> networksSwept(others, inFlight))
                        .thenApply(inFlight -> {
                          recovered = true;
                          timers.start();
                          admission.open();
                          tidyUp(present, others);
                          return inFlight.size();
                        })));
  }

  /// What has a network is an instance, or the machine of a job in flight.
  private CompletionStage<Set<JobId>> networksSwept(Set<JobId> instances, Set<JobId> inFlight) {
    Set<InstanceId> known =
        Stream.concat(instances.stream(), inFlight.stream())
            .map(InstanceId::of)
            .collect(Collectors.toSet());
    return byHand
        .<CompletionStage<?>>map(hand -> hand.sweepNetworks(known))
        .orElseGet(() -> CompletableFuture.completedFuture(null))
        .thenApply(_ -> inFlight);
  }

  /// Brings the hand-driven ones to order. Nothing is swept away before all of them are known.
  private CompletionStage<Set<JobId>> instancesKnown() {
    return byHand
        .map(InstanceEngine::start)
        .orElseGet(() -> CompletableFuture.completedFuture(Set.of()))
        .thenApply(
            known -> known.stream().map(id -> new JobId(id.ulid())).collect(Collectors.toSet()));
  }

  private void tidyUp(Set<JobId> present, Set<JobId> others) {
    Set<JobId> ofJobs = new HashSet<>(present);
    ofJobs.removeAll(others);
    supervisor.once("tidying up", Restarts.PATIENT, () -> janitor.tidy(ofJobs), (_, _) -> {});
  }

  /// Stops firing timers and closes the runtimes. What is durable goes on with the next daemon.
  @Override
  public void close() {
    closing = true;
    byHand.ifPresent(InstanceEngine::close);
    supervisor.stop();
    timers.stop();
    parts.runtimes().forEach(runtime -> runtime.close());
  }

  /// What machines report while they are being closed is our own doing, not theirs.
  private void tell(JobId job, JobEvent.FromMachine event) {
    if (event instanceof JobEvent.MachineEnded ended) {
      effects.ended(job, ended.generation());
    }
    if (closing) {
      return;
    }
    var _ = actors.ask(job, event);
  }

  /// What runs here may be running somewhere else by the time the store can be asked again.
  private CompletionStage<?> ranOut(String why) {
    CompletableFuture<Void> ended =
        CompletableFuture.allOf(
            effects.endAll(why).toCompletableFuture(),
            byHand
                .map(hand -> hand.endAll(why))
                .orElseGet(() -> CompletableFuture.completedFuture(null))
                .toCompletableFuture());
    // Until recovery has looked, there may be machines that only their runtimes know.
    return recovered
        ? ended
        : CompletableFuture.allOf(
            ended,
            CompletableFuture.allOf(
                parts.runtimes().stream()
                    .map(runtime -> runtime.sweep(Set.of()).toCompletableFuture())
                    .toArray(CompletableFuture[]::new)));
  }

  private void fenced(String detail) {
    if (fenced.compareAndSet(false, true)) {
      log.error("this daemon no longer owns its node: {}", detail);
      supervisor.stop();
      timers.stop();
      parts.fenced().accept(detail);
    }
  }

  private EngineStats stats() {
    return new EngineStats(
        actors.size(),
        places.taken(),
        places.waiting(),
        timers.size(),
        commits.sum(),
        wakes.sum(),
        wakeLatenessMicros.sum());
  }

  private final class Spawns implements CallerDesk.SpawnListener {
    @Override
    public void spawned(StoredJob row) {
      Job job = row.job();
      commits.increment();
      feed.published(job.id());
      job.due().ifPresent(due -> timers.arm(job.id(), due));
      admission.spawned(row);
    }

    @Override
    public void perhapsSpawned() {
      admission.open();
    }
  }

  private final class Door implements Admission.Door {
    @Override
    public void admit(StoredJob row) {
      var _ = actors.ask(row, new JobEvent.Admitted());
    }

    @Override
    public void admit(JobId job) {
      var _ = actors.ask(job, new JobEvent.Admitted());
    }
  }

  /// What follows from a durable change, whatever the change was.
  private final class Aftermath implements DurableListener {
    @Override
    public void changed(Job before, Job after, JobEvent event) {
      commits.increment();
      feed.published(after.id());
      after.due().ifPresent(due -> timers.arm(after.id(), due));
      if (before.state() instanceof JobState.Suspended && event instanceof JobEvent.TimerFired) {
        wakes.increment();
        wakeLatenessMicros.add(lateness(before));
      }
      JobPhase phase = after.state().phase();
      // A job falling asleep keeps its place until its machine has been released.
      if (phase.kind() != JobPhase.Kind.LIVE
          && phase != JobPhase.PENDING
          && phase != JobPhase.SUSPENDED) {
        places.release(after.id());
      }
      if (phase.kind() == JobPhase.Kind.ENDED) {
        ends.ended(after.id());
      }
    }

    private long lateness(Job before) {
      Instant now = parts.clock().instant();
      return before
          .due()
          .map(due -> Math.max(0, Duration.between(due, now).toNanos() / 1_000))
          .orElse(0L);
    }

    @Override
    public void dueLater(JobId job, Instant due) {
      timers.arm(job, due);
    }

    @Override
    public void declined(JobId job) {
      places.release(job);
    }

    @Override
    public void fenced(String detail) {
      Engine.this.fenced(detail);
    }
  }
}
