package torpor.engine.effect;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.definition.Definition;
import torpor.core.job.Effect;
import torpor.core.job.Job;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.clock.Alarms;
import torpor.engine.definition.DefinitionShelf;
import torpor.engine.disk.InstanceDirectories;
import torpor.engine.guest.GuestCalls;
import torpor.engine.lease.Tenure;
import torpor.engine.machine.MachineFailure;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.place.Places;
import torpor.engine.serial.Lanes;
import torpor.engine.store.JobStore;

/// Carries effects out on runtimes and disk: births by [Births], snapshots by [Freezing], the rest
/// here.
public final class EffectRunner implements Acting, Adoptions {
  private static final Logger log = LoggerFactory.getLogger(EffectRunner.class);
  private static final Duration TIDY_DEADLINE = Duration.ofMinutes(2);
  static final Duration KILL_DEADLINE = Duration.ofMinutes(1);
  static final Duration AGAIN = Duration.ofSeconds(1);

  /// Where outcomes go: the mailbox of the job. Never loses an event.
  public interface Outcomes {
    void tell(JobId job, JobEvent.FromMachine event);
  }

  private final DefinitionShelf definitions;
  private final InstanceDirectories directories;
  private final Places places;
  private final Outcomes outcomes;
  private final InstantSource clock;
  private final Alarms alarms;
  private final Deadlines deadlines;
  private final Births births;
  private final Freezing freezing;
  private final Lanes<JobId> lanes;
  private final Tenure tenure;
  private final LiveMachines live = new LiveMachines();

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
      Executor threads,
      Tenure tenure) {
    this.definitions = definitions;
    this.directories = directories;
    this.places = places;
    this.outcomes = outcomes;
    this.clock = clock;
    this.alarms = alarms;
    this.tenure = tenure;
    this.deadlines = new Deadlines(clock, alarms);
    this.births =
        new Births(
            definitions,
            directories,
            store,
            places,
            environment,
            guest,
            outcomes,
            deadlines,
            live,
            tenure);
    this.freezing = new Freezing(definitions, directories, outcomes, deadlines, threads);
    this.lanes = new Lanes<>(threads);
  }

  @Override
  public void act(Job job, Definition definition, Effect effect) {
    JobId id = job.id();
    switch (effect) {
      case Effect.StartMachine e ->
          lanes.queue(id, () -> births.start(job, definition, e.generation()));
      case Effect.RestoreMachine e -> lanes.queue(id, () -> births.restore(job, definition, e));
      case Effect.TakeSnapshot e -> lanes.queue(id, () -> freezing.snapshot(job, definition, e));
      case Effect.ResumeMachine e ->
          tidy(id, () -> runtime(definitions, definition).resume(id, e.generation()));
      case Effect.ReleaseMachine e ->
          lanes.queue(id, () -> release(id, definition, e.generation()));
      case Effect.KillMachine e -> killNow(id, definition, e);
      case Effect.DropSnapshots e -> tidy(id, () -> directories.dropSnapshotsBelow(id, e.below()));
      // Waited for without a bound: were it to go on beside the next life, it would take what that
      // life has frozen.
      case Effect.DropSnapshotsAfter e ->
          lanes.queue(id, () -> directories.dropSnapshotsAfter(id, e.last()));
      case Effect.DiscardSnapshot e -> tidy(id, () -> directories.dropSnapshot(id, e.number()));
      case Effect.RemoveDirectory _ -> tidy(id, () -> directories.remove(id));
    }
  }

  /// Short work that a lane must not hang on for ever.
  private void tidy(JobId id, Supplier<CompletionStage<?>> work) {
    lanes.queue(id, () -> deadlines.within(TIDY_DEADLINE, "tidying up", work.get()));
  }

  /// What cannot be let go of is ended, or the next life would begin beside it; until one of the
  /// two has worked the lane waits. Only then is the place free.
  private CompletionStage<Void> release(JobId id, Definition definition, Generation generation) {
    MachineRuntime runtime = runtime(definitions, definition);
    return deadlines
        .within(TIDY_DEADLINE, "releasing the machine", runtime.release(id, generation))
        .exceptionallyCompose(_ ->
            deadlines.within(
                KILL_DEADLINE,
                "the kill",
                runtime.kill(id, generation, Optional.empty(), Duration.ZERO)))
        .<CompletionStage<Void>>handle((_, failure) -> {
          if (failure == null) {
            var _ = live.isGone(id, generation);
            places.release(id);
            return CompletableFuture.completedFuture(null);
          }
          log.error("{} could not be released; trying again: {}", id, describe(failure));
          return deadlines.after(AGAIN).thenCompose(_ -> release(id, definition, generation));
        })
        .thenCompose(step -> step);
  }

  /// Kills twice. At once, for a kill must not wait for the birth or snapshot it is meant to end;
  /// and again behind it, for a birth that had not reached its runtime yet would outlive the first.
  /// Only then is nothing left.
  private void killNow(JobId id, Definition definition, Effect.KillMachine effect) {
    births.annul(id, effect.generation());
    places.giveUp(id);
    lanes.overtake(id, () -> kill(id, definition, effect));
    finishKill(id, definition, effect);
  }

  private void finishKill(JobId id, Definition definition, Effect.KillMachine effect) {
    lanes.queue(
        id,
        () ->
            kill(id, definition, effect)
                .handle((_, failure) -> {
                  if (failure == null) {
                    births.settle(id, effect.generation());
                    var _ = live.isGone(id, effect.generation());
                    outcomes.tell(id, new JobEvent.MachineKilled(effect.generation()));
                  } else {
                    log.error("{} could not be killed; trying again: {}", id, describe(failure));
                    alarms.at(
                        clock.instant().plus(AGAIN), () -> finishKill(id, definition, effect));
                  }
                  return null;
                }));
  }

  private CompletionStage<Void> kill(JobId id, Definition definition, Effect.KillMachine effect) {
    return deadlines.within(
        KILL_DEADLINE,
        "the kill",
        definitions
            .runtime(definition.runtime())
            .map(r -> r.kill(id, effect.generation(), effect.machine(), effect.grace()))
            .orElseGet(() -> CompletableFuture.completedFuture(null)));
  }

  /// A machine that an earlier daemon made is looked for.
  @Override
  public void expected(JobId id, Definition definition, Generation generation) {
    live.begins(id, definition, generation);
  }

  /// Now it is one of ours again, unless nothing may run here.
  @Override
  public void adopted(JobId id, Generation generation, MachineHandle found) {
    boolean up = live.isUp(id, generation, found);
    live.of(id, generation)
        .filter(_ -> !up || tenure.current().isEmpty())
        .ifPresent(
            machine -> end(id, machine.with(found), "it was found when the lease had run out"));
  }

  /// A machine has ended by itself.
  @Override
  public void ended(JobId id, Generation generation) {
    var _ = live.isGone(id, generation);
  }

  /// Ends every machine, at once and by force; their jobs are told that they are lost. Births under
  /// way come to nothing. Completes when each was tried once; what could not be ended is tried
  /// until it can.
  public CompletionStage<Void> endAll(String why) {
    List<CompletableFuture<?>> ends = new ArrayList<>();
    live.endAll().forEach((id, machine) -> ends.add(end(id, machine, why).toCompletableFuture()));
    return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
  }

  /// Until it has worked, or the machine has gone another way.
  private CompletionStage<?> end(JobId id, LiveMachines.Live machine, String why) {
    Generation generation = machine.generation();
    return CompletableFuture.completedFuture(machine.definition())
        .thenCompose(definition ->
            deadlines.within(
                KILL_DEADLINE,
                "the kill",
                runtime(definitions, definition)
                    .kill(id, generation, machine.handle(), Duration.ZERO)))
        .handle((_, failure) -> {
          if (failure != null && live.of(id, generation).isPresent()) {
            log.error("{} could not be ended; trying again: {}", id, describe(failure));
            alarms.at(
                clock.instant().plus(AGAIN),
                () -> {
                  var _ = end(id, machine, why);
                });
          } else if (failure == null && machine.handle().isPresent()) {
            outcomes.tell(id, new JobEvent.MachineEnded(generation, new ExitStatus.Lost(why)));
          }
          return null;
        });
  }

  static MachineRuntime runtime(DefinitionShelf definitions, Definition definition) {
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

  static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  static String describe(Throwable failure) {
    Throwable cause = cause(failure);
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
