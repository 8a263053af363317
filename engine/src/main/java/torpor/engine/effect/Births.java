package torpor.engine.effect;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.definition.Definition;
import torpor.core.job.Effect;
import torpor.core.job.Job;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.retry.Failure;
import torpor.core.retry.TerminationReason;
import torpor.core.snapshot.SnapshotRef;
import torpor.engine.definition.DefinitionShelf;
import torpor.engine.disk.InstanceDirectories;
import torpor.engine.guest.GuestCalls;
import torpor.engine.lease.Tenure;
import torpor.engine.machine.MachineFailure;
import torpor.engine.machine.MachineRestore;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.machine.MachineStart;
import torpor.engine.place.Places;
import torpor.engine.store.JobInputs;
import torpor.engine.store.JobStore;

/// Begins the lives of machines: from the start, or from a snapshot.
///
/// A life needs a place first, and may have to wait for one. A kill that comes meanwhile voids the
/// birth, or a machine would come up that no job wants any more.
final class Births {
  private static final Logger log = LoggerFactory.getLogger(Births.class);
  private static final Duration DEADLINE = Duration.ofMinutes(10);

  /// How soon to try again what the host's own trouble kept from happening.
  private static final Duration TROUBLE_AGAIN = Duration.ofSeconds(2);

  /// About an hour; what lasts longer is told as the failure that it is.
  private static final int TROUBLE_TRIES = 1_800;

  private final DefinitionShelf definitions;
  private final InstanceDirectories directories;
  private final JobStore store;
  private final Places places;
  private final GuestEnvironment environment;
  private final GuestCalls guest;
  private final EffectRunner.Outcomes outcomes;
  private final Deadlines deadlines;
  private final LiveMachines live;
  private final Tenure tenure;

  /// Up to which generation a job's births are void; present only while some may still be queued.
  private final Map<JobId, Generation> voided = new ConcurrentHashMap<>();

  Births(
      DefinitionShelf definitions,
      InstanceDirectories directories,
      JobStore store,
      Places places,
      GuestEnvironment environment,
      GuestCalls guest,
      EffectRunner.Outcomes outcomes,
      Deadlines deadlines,
      LiveMachines live,
      Tenure tenure) {
    this.definitions = definitions;
    this.directories = directories;
    this.store = store;
    this.places = places;
    this.environment = environment;
    this.guest = guest;
    this.outcomes = outcomes;
    this.deadlines = deadlines;
    this.live = live;
    this.tenure = tenure;
  }

  /// Births of this generation and earlier ones that have not begun will not.
  void annul(JobId job, Generation upTo) {
    voided.merge(job, upTo, (a, b) -> a.compareTo(b) > 0 ? a : b);
  }

  /// All births that were queued before the kill are past.
  void settle(JobId job, Generation upTo) {
    voided.remove(job, upTo);
  }

  CompletionStage<?> start(Job job, Definition definition, Generation generation) {
    Marker marker = new Marker(job.id(), startMarker(job, generation));
    return birth(
        job,
        definition,
        generation,
        TerminationReason.START_FAILED,
        () ->
            directories
                .create(job.id())
                .thenCompose(_ -> marker.write())
                .thenCombine(store.inputs(job.id()), (_, inputs) -> inputs)
                .thenCompose(inputs ->
                    runtime(definition).start(describe(job, definition, generation, inputs))));
  }

  CompletionStage<?> restore(Job job, Definition definition, Effect.RestoreMachine effect) {
    SnapshotRef snapshot = effect.snapshot();
    Generation generation = effect.generation();
    String text =
        "--- torpor: generation %s restored from snapshot %s taken at %s; output after that moment may repeat ---"
            .formatted(generation, snapshot.number(), snapshot.takenAt());
    Marker marker = new Marker(job.id(), Optional.of(text));
    return birth(
        job,
        definition,
        generation,
        TerminationReason.RESTORE_FAILED,
        () ->
            marker
                .write()
                .thenCombine(store.inputs(job.id()), (_, inputs) -> inputs)
                .thenCompose(inputs ->
                    runtime(definition)
                        .restore(
                            new MachineRestore(
                                describe(job, definition, generation, inputs),
                                directories.snapshot(job.id(), snapshot.number()),
                                snapshot.number(),
                                snapshot.token(),
                                snapshot.wake()))));
  }

  /// Tells the lives of a job apart in its console; the first needs no marker.
  private static Optional<String> startMarker(Job job, Generation generation) {
    return generation.number() <= 1
        ? Optional.empty()
        : Optional.of(
            "--- torpor: attempt %d starts over (generation %s) ---"
                .formatted(job.tally().attempt(), generation));
  }

  /// A line in the console where a life begins: once, however often its birth is tried. One that
  /// cannot be written is no reason not to begin a life.
  private final class Marker {
    private final JobId job;
    private final Optional<String> line;
    private volatile boolean written;

    Marker(JobId job, Optional<String> line) {
      this.job = job;
      this.line = line;
    }

    CompletionStage<Void> write() {
      return line.isEmpty() || written
          ? CompletableFuture.completedFuture(null)
          : directories
              .note(job, line.orElseThrow())
              .handle((_, failure) -> {
                written = failure == null;
                return null;
              });
    }
  }

  private CompletionStage<?> birth(
      Job job,
      Definition definition,
      Generation generation,
      TerminationReason otherwise,
      Supplier<CompletionStage<MachineHandle>> make) {
    JobId id = job.id();
    return made(id, definition, generation, make, TROUBLE_TRIES)
        .handle((machine, failure) -> {
          if (failure == null) {
            outcomes.tell(id, new JobEvent.MachineUp(generation, machine));
          } else if (!(EffectRunner.cause(failure) instanceof CancellationException)) {
            Failure why = failureOf(failure, otherwise);
            log.warn("{} generation {}: {}: {}", id, generation, why.reason().text(), why.detail());
            outcomes.tell(id, new JobEvent.MachineNotUp(generation, why));
          }
          return null;
        });
  }

  /// The machine, or the program's own failure; the host's troubles are waited out, for they say
  /// nothing about the job. Fails with a [CancellationException] once the birth is void.
  private CompletionStage<MachineHandle> made(
      JobId id,
      Definition definition,
      Generation generation,
      Supplier<CompletionStage<MachineHandle>> make,
      int tries) {
    return placed(id, generation)
        .thenCompose(_ -> withinTenure(id, definition, generation, make))
        .exceptionallyCompose(failure -> {
          if (tries <= 1 || !HostTrouble.is(EffectRunner.cause(failure))) {
            return CompletableFuture.failedFuture(failure);
          }
          if (tries == TROUBLE_TRIES) {
            log.warn("{} waits for the host: {}", id, EffectRunner.describe(failure));
          }
          // Somebody else may be able to use the place meanwhile.
          places.release(id);
          return deadlines
              .after(TROUBLE_AGAIN)
              .thenCompose(_ -> made(id, definition, generation, make, tries - 1));
        });
  }

  /// Nothing begins while the node may be somebody else's; what has begun when that comes about is
  /// ended.
  private CompletionStage<MachineHandle> withinTenure(
      JobId id,
      Definition definition,
      Generation generation,
      Supplier<CompletionStage<MachineHandle>> make) {
    OptionalLong began = tenure.current();
    if (began.isEmpty()) {
      return CompletableFuture.failedFuture(new LeaseRanOutException(false));
    }
    live.begins(id, definition, generation);
    if (!tenure.current().equals(began)) {
      // Ended in between, perhaps before this birth was among those that were ended.
      var _ = live.isGone(id, generation);
      return CompletableFuture.failedFuture(new LeaseRanOutException(false));
    }
    return begun(id, definition, generation, make)
        .<CompletionStage<MachineHandle>>handle((machine, failure) -> {
          if (failure != null) {
            return notUp(id, generation, failure);
          }
          return live.isUp(id, generation, machine)
              ? CompletableFuture.completedFuture(machine)
              : killForSure(id, definition, generation, machine)
                  .thenCompose(_ -> notUp(id, generation, new LeaseRanOutException(true)));
        })
        .thenCompose(step -> step);
  }

  private CompletionStage<MachineHandle> notUp(JobId id, Generation generation, Throwable failure) {
    boolean ended = live.isGone(id, generation);
    return CompletableFuture.failedFuture(ended ? new LeaseRanOutException(true) : failure);
  }

  private CompletionStage<MachineHandle> begun(
      JobId id,
      Definition definition,
      Generation generation,
      Supplier<CompletionStage<MachineHandle>> make) {
    CompletionStage<MachineHandle> made =
        CompletableFuture.completedFuture(make).thenCompose(Supplier::get);
    return deadlines
        .within(DEADLINE, "making the machine", made)
        .exceptionallyCompose(failure -> giveUp(id, definition, generation, made, failure));
  }

  /// Waits for a place. A wish that was given up for an earlier generation's sake is made again.
  private CompletionStage<Void> placed(JobId id, Generation generation) {
    if (isVoid(id, generation)) {
      return CompletableFuture.failedFuture(killed());
    }
    CompletionStage<Void> place = places.acquire(id);
    if (isVoid(id, generation)) {
      // Killed since the look above, perhaps before there was a wish to give up.
      places.giveUp(id);
    }
    return place
        .exceptionallyCompose(givenUp ->
            isVoid(id, generation)
                ? CompletableFuture.failedFuture(givenUp)
                : placed(id, generation))
        .thenAccept(_ -> {
          if (isVoid(id, generation)) {
            throw killed();
          }
        });
  }

  private static CancellationException killed() {
    return new CancellationException("killed before it was born");
  }

  private boolean isVoid(JobId job, Generation generation) {
    Generation upTo = voided.get(job);
    return upTo != null && generation.compareTo(upTo) <= 0;
  }

  /// An overdue machine is killed before anybody is told: the next life must not begin beside it. A
  /// runtime that does not get even that done in time is waited for no longer; what it brings up
  /// after all is killed when it comes.
  private CompletionStage<MachineHandle> giveUp(
      JobId id,
      Definition definition,
      Generation generation,
      CompletionStage<MachineHandle> made,
      Throwable failure) {
    if (!(EffectRunner.cause(failure) instanceof Deadlines.Overdue)) {
      return CompletableFuture.failedFuture(failure);
    }
    var _ = made.thenAccept(late -> killLate(id, definition, generation, late));
    return kill(id, definition, generation, Optional.empty())
        .handle((_, notKilled) -> {
          if (notKilled != null) {
            log.error(
                "{} generation {} hangs in its birth and was not killed either: {}",
                id,
                generation,
                EffectRunner.describe(notKilled));
          }
          return failure;
        })
        .thenCompose(CompletableFuture::failedFuture);
  }

  private void killLate(
      JobId id, Definition definition, Generation generation, MachineHandle late) {
    log.warn("{} generation {} came up too late and is ended", id, generation);
    var _ = killForSure(id, definition, generation, late);
  }

  /// Until it has worked: nobody else knows of this machine.
  private CompletionStage<Void> killForSure(
      JobId id, Definition definition, Generation generation, MachineHandle machine) {
    return kill(id, definition, generation, Optional.of(machine))
        .exceptionallyCompose(failure -> {
          log.error("{} could not be killed; trying again: {}", id, EffectRunner.describe(failure));
          return deadlines
              .after(EffectRunner.AGAIN)
              .thenCompose(_ -> killForSure(id, definition, generation, machine));
        });
  }

  private CompletionStage<Void> kill(
      JobId id, Definition definition, Generation generation, Optional<MachineHandle> machine) {
    return deadlines.within(
        EffectRunner.KILL_DEADLINE,
        "the kill",
        runtime(definition).kill(id, generation, machine, Duration.ZERO));
  }

  private MachineStart describe(
      Job job, Definition definition, Generation generation, Optional<JobInputs> inputs) {
    return new MachineStart(
        job.id(),
        generation,
        definition.config(),
        environment.of(job, definition, inputs.orElse(JobInputs.NONE)),
        directories.of(job.id()),
        directories.console(job.id()),
        guest,
        status -> outcomes.tell(job.id(), new JobEvent.MachineEnded(generation, status)));
  }

  private MachineRuntime runtime(Definition definition) {
    return EffectRunner.runtime(definitions, definition);
  }

  private static Failure failureOf(Throwable failure, TerminationReason otherwise) {
    Throwable cause = EffectRunner.cause(failure);
    TerminationReason reason =
        switch (cause) {
          case LeaseRanOutException _ -> TerminationReason.LEASE_LOST;
          case MachineFailure machine when machine.kind() == MachineFailure.Kind.IMAGE ->
              TerminationReason.IMAGE_ERROR;
          default -> otherwise;
        };
    return Failure.of(reason, EffectRunner.describe(cause));
  }
}
