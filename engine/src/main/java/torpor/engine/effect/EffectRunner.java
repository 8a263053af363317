package torpor.engine.effect;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.definition.Definition;
import torpor.core.job.Effect;
import torpor.core.job.Job;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.retry.Failure;
import torpor.core.retry.TerminationReason;
import torpor.core.snapshot.SnapshotRef;
import torpor.engine.clock.Alarms;
import torpor.engine.definition.DefinitionShelf;
import torpor.engine.disk.DiskFailure;
import torpor.engine.disk.InstanceDirectories;
import torpor.engine.guest.GuestCalls;
import torpor.engine.machine.MachineFailure;
import torpor.engine.machine.MachineRestore;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.machine.MachineStart;
import torpor.engine.machine.SnapshotTarget;
import torpor.engine.place.Places;
import torpor.engine.store.JobInputs;
import torpor.engine.store.JobStore;

/// Carries effects out on runtimes and disk.
public final class EffectRunner implements Acting {
  private static final Logger log = LoggerFactory.getLogger(EffectRunner.class);
  private static final Duration START_DEADLINE = Duration.ofMinutes(10);
  private static final Duration SNAPSHOT_DEADLINE = Duration.ofMinutes(30);
  private static final Duration KILL_DEADLINE = Duration.ofMinutes(1);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  /// Where outcomes go: the mailbox of the job. Never loses an event.
  public interface Outcomes {
    void tell(JobId job, JobEvent.FromMachine event);
  }

  private final DefinitionShelf definitions;
  private final InstanceDirectories directories;
  private final JobStore store;
  private final Places places;
  private final GuestEnvironment environment;
  private final GuestCalls guest;
  private final Outcomes outcomes;
  private final InstantSource clock;
  private final Alarms alarms;
  private final Lanes lanes;

  public EffectRunner(
      DefinitionShelf definitions,
      InstanceDirectories directories,
      JobStore store,
      Places places,
      GuestEnvironment environment,
      GuestCalls guest,
      Outcomes outcomes,
      InstantSource clock,
      Alarms alarms,
      Executor threads) {
    this.definitions = definitions;
    this.directories = directories;
    this.store = store;
    this.places = places;
    this.environment = environment;
    this.guest = guest;
    this.outcomes = outcomes;
    this.clock = clock;
    this.alarms = alarms;
    this.lanes = new Lanes(threads);
  }

  @Override
  public void act(Job job, Definition definition, Effect effect) {
    JobId id = job.id();
    switch (effect) {
      case Effect.StartMachine e -> inLane(id, () -> start(job, definition, e.generation()));
      case Effect.RestoreMachine e -> inLane(id, () -> restore(job, definition, e));
      case Effect.TakeSnapshot e -> inLane(id, () -> snapshot(job, definition, e));
      case Effect.ResumeMachine e ->
          inLane(id, () -> runtime(definition).resume(id, e.generation()));
      case Effect.ReleaseMachine e -> inLane(id, () -> release(id, definition, e.generation()));
      // A kill must not wait for the start or snapshot it is meant to end.
      case Effect.KillMachine e -> lanes.overtake(id, () -> kill(id, definition, e));
      case Effect.DropSnapshots e ->
          inLane(id, () -> directories.dropSnapshotsBelow(id, e.below()));
      case Effect.DropSnapshotsAfter e ->
          inLane(id, () -> directories.dropSnapshotsAfter(id, e.last()));
      case Effect.DiscardSnapshot e -> inLane(id, () -> directories.dropSnapshot(id, e.number()));
      case Effect.RemoveDirectory _ -> inLane(id, () -> directories.remove(id));
    }
  }

  private void inLane(JobId id, Supplier<CompletionStage<?>> work) {
    lanes.queue(id, work);
  }

  private MachineRuntime runtime(Definition definition) {
    return definitions
        .runtime(definition.runtime())
        .orElseThrow(() ->
            new MachineFailure(
                MachineFailure.Kind.OTHER,
                Refusal.of(
                    RefusalCode.RUNTIME_UNAVAILABLE,
                    "this daemon has no runtime '%s'".formatted(definition.runtime()),
                    "Run the job on a daemon that has it.")));
  }

  private CompletionStage<?> start(Job job, Definition definition, Generation generation) {
    return places
        .acquire(job.id())
        .thenCompose(_ -> within(START_DEADLINE, "the start", started(job, definition, generation)))
        .handle((machine, failure) ->
            report(job.id(), generation, machine, failure, TerminationReason.START_FAILED));
  }

  private CompletionStage<MachineHandle> started(
      Job job, Definition definition, Generation generation) {
    return directories
        .create(job.id())
        .thenCombine(store.inputs(job.id()), (_, inputs) -> inputs)
        .thenCompose(
            inputs -> runtime(definition).start(describe(job, definition, generation, inputs)));
  }

  private @Nullable Void report(
      JobId id,
      Generation generation,
      MachineHandle machine,
      @Nullable Throwable failure,
      TerminationReason otherwise) {
    if (failure == null) {
      outcomes.tell(id, new JobEvent.MachineUp(generation, machine));
    } else if (!(cause(failure) instanceof CancellationException)) {
      Failure why = failureOf(failure, otherwise);
      log.warn("{} generation {}: {}: {}", id, generation, why.reason().text(), why.detail());
      outcomes.tell(id, new JobEvent.MachineNotUp(generation, why));
    }
    return null;
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

  private CompletionStage<?> restore(Job job, Definition definition, Effect.RestoreMachine effect) {
    return places
        .acquire(job.id())
        .thenCompose(_ -> within(START_DEADLINE, "the restore", restored(job, definition, effect)))
        .handle((machine, failure) ->
            report(
                job.id(), effect.generation(), machine, failure, TerminationReason.RESTORE_FAILED));
  }

  private CompletionStage<MachineHandle> restored(
      Job job, Definition definition, Effect.RestoreMachine effect) {
    SnapshotRef snapshot = effect.snapshot();
    return directories
        .note(
            job.id(),
            "--- torpor: generation %s restored from snapshot %s taken at %s; output after that moment may repeat ---"
                .formatted(effect.generation(), snapshot.number(), snapshot.takenAt()))
        .thenCombine(store.inputs(job.id()), (_, inputs) -> inputs)
        .thenCompose(inputs ->
            runtime(definition)
                .restore(
                    new MachineRestore(
                        describe(job, definition, effect.generation(), inputs),
                        directories.snapshot(job.id(), snapshot.number()),
                        snapshot.number(),
                        snapshot.token(),
                        snapshot.wake())));
  }

  /// Write beside the last one, fsync, rename. The commit that follows decides whether it counts.
  private CompletionStage<?> snapshot(Job job, Definition definition, Effect.TakeSnapshot effect) {
    JobId id = job.id();
    return within(
            SNAPSHOT_DEADLINE,
            "the snapshot",
            directories
                .stage(id, effect.number())
                .thenCompose(staging ->
                    runtime(definition)
                        .snapshot(
                            new SnapshotTarget(
                                id,
                                effect.generation(),
                                effect.machine(),
                                effect.number(),
                                staging,
                                parentOf(job),
                                effect.keepsRunning())))
                .thenCompose(
                    facts -> directories.publish(id, effect.number()).thenApply(_ -> facts)))
        .handle((facts, failure) -> {
          if (failure == null) {
            outcomes.tell(
                id, new JobEvent.SnapshotTaken(effect.generation(), effect.number(), facts));
            return CompletableFuture.<Void>completedFuture(null);
          }
          return directories
              .dropStaged(id, effect.number())
              .handle((_, _) -> {
                outcomes.tell(id, snapshotFailed(effect, failure));
                return null;
              });
        })
        .thenCompose(done -> done);
  }

  private Optional<SnapshotTarget.ParentSnapshot> parentOf(Job job) {
    return job.newest()
        .map(newest ->
            new SnapshotTarget.ParentSnapshot(
                newest.number(), directories.snapshot(job.id(), newest.number())));
  }

  private static JobEvent.SnapshotFailed snapshotFailed(
      Effect.TakeSnapshot effect, Throwable failure) {
    Throwable cause = cause(failure);
    boolean lost = cause instanceof MachineFailure machine && machine.machineLost();
    boolean noSpace =
        switch (cause) {
          case DiskFailure disk -> disk.noSpace();
          case MachineFailure machine -> machine.kind() == MachineFailure.Kind.NO_SPACE;
          default -> false;
        };
    Refusal why =
        noSpace
            ? Refusal.of(
                RefusalCode.NO_SPACE,
                "the disk is full, so the checkpoint was not taken; the previous one is intact",
                "Free some space and repeat the call with the same token.")
            : cause instanceof MachineFailure machine
                ? machine.refusal()
                : Refusal.of(
                    RefusalCode.CHECKPOINT_FAILED,
                    "the checkpoint was not taken: " + describe(cause),
                    "Repeat the call with the same token; the previous checkpoint is intact.");
    return new JobEvent.SnapshotFailed(effect.generation(), effect.number(), why, lost);
  }

  private CompletionStage<?> release(JobId id, Definition definition, Generation generation) {
    return runtime(definition).release(id, generation).whenComplete((_, _) -> places.release(id));
  }

  private CompletionStage<?> kill(JobId id, Definition definition, Effect.KillMachine effect) {
    return within(
            KILL_DEADLINE,
            "the kill",
            definitions
                .runtime(definition.runtime())
                .map(r -> r.kill(id, effect.generation(), effect.machine(), effect.grace()))
                .orElseGet(() -> CompletableFuture.completedFuture(null)))
        .handle((_, failure) -> {
          if (failure == null) {
            outcomes.tell(id, new JobEvent.MachineKilled(effect.generation()));
          } else {
            log.error("{} could not be killed; trying again: {}", id, describe(failure));
            alarms.at(
                clock.instant().plus(AGAIN),
                () -> lanes.overtake(id, () -> kill(id, definition, effect)));
          }
          return null;
        });
  }

  /// Fails a stage that takes longer than it may. What it was waiting for may still happen; the
  /// rules take late outcomes for what they are.
  private <T> CompletionStage<T> within(Duration limit, String what, CompletionStage<T> stage) {
    CompletableFuture<T> bounded = new CompletableFuture<>();
    Alarms.Alarm alarm =
        alarms.at(
            clock.instant().plus(limit),
            () ->
                bounded.completeExceptionally(
                    new MachineFailure(
                        MachineFailure.Kind.OTHER,
                        Refusal.of(
                            RefusalCode.INTERNAL,
                            what + " took longer than " + limit,
                            "Look at the daemon's log and the host's load."))));
    stage.whenComplete((value, failure) -> {
      alarm.cancel();
      if (failure == null) {
        bounded.complete(value);
      } else {
        bounded.completeExceptionally(failure);
      }
    });
    return bounded;
  }

  private static Failure failureOf(Throwable failure, TerminationReason otherwise) {
    Throwable cause = cause(failure);
    boolean image =
        cause instanceof MachineFailure machine && machine.kind() == MachineFailure.Kind.IMAGE;
    return Failure.of(image ? TerminationReason.IMAGE_ERROR : otherwise, describe(cause));
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static String describe(Throwable failure) {
    Throwable cause = cause(failure);
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
