package torpor.engine.effect;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import torpor.core.definition.Definition;
import torpor.core.job.Effect;
import torpor.core.job.Job;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.snapshot.SnapshotFacts;
import torpor.engine.definition.DefinitionShelf;
import torpor.engine.disk.DiskFailure;
import torpor.engine.disk.InstanceDirectories;
import torpor.engine.machine.MachineFailure;
import torpor.engine.machine.SnapshotTarget;

/// Takes snapshots: written beside the last one, flushed, renamed. The commit that follows decides
/// whether one counts.
final class Freezing {
  private static final Duration DEADLINE = Duration.ofMinutes(30);
  private static final Duration CLEAN_UP = Duration.ofMinutes(1);

  private final DefinitionShelf definitions;
  private final InstanceDirectories directories;
  private final EffectRunner.Outcomes outcomes;
  private final Deadlines deadlines;

  Freezing(
      DefinitionShelf definitions,
      InstanceDirectories directories,
      EffectRunner.Outcomes outcomes,
      Deadlines deadlines) {
    this.definitions = definitions;
    this.directories = directories;
    this.outcomes = outcomes;
    this.deadlines = deadlines;
  }

  CompletionStage<?> snapshot(Job job, Definition definition, Effect.TakeSnapshot effect) {
    JobId id = job.id();
    AtomicBoolean over = new AtomicBoolean();
    return deadlines
        .within(
            DEADLINE,
            "the checkpoint",
            directories
                .stage(id, effect.number())
                .thenCompose(staging ->
                    EffectRunner.runtime(definitions, definition)
                        .snapshot(
                            new SnapshotTarget(
                                id,
                                effect.generation(),
                                effect.machine(),
                                effect.number(),
                                staging,
                                parentOf(job),
                                effect.keepsRunning())))
                .thenCompose(facts -> published(id, effect, facts, over)))
        .whenComplete((_, _) -> over.set(true))
        .handle((facts, failure) -> {
          if (failure == null) {
            outcomes.tell(
                id, new JobEvent.SnapshotTaken(effect.generation(), effect.number(), facts));
            return CompletableFuture.<Void>completedFuture(null);
          }
          return deadlines
              .within(CLEAN_UP, "dropping the half", directories.dropStaged(id, effect.number()))
              .handle((_, _) -> {
                outcomes.tell(id, failed(effect, EffectRunner.cause(failure)));
                return null;
              });
        })
        .thenCompose(done -> done);
  }

  /// What is written only after the deadline is not published: nobody waits for it any more.
  private CompletionStage<SnapshotFacts> published(
      JobId id, Effect.TakeSnapshot effect, SnapshotFacts facts, AtomicBoolean over) {
    return over.get()
        ? directories.dropStaged(id, effect.number()).thenApply(_ -> facts)
        : directories
            .publish(id, effect.number())
            .thenCompose(_ ->
                over.get()
                    ? directories.dropSnapshot(id, effect.number())
                    : CompletableFuture.<Void>completedFuture(null))
            .thenApply(_ -> facts);
  }

  private Optional<SnapshotTarget.ParentSnapshot> parentOf(Job job) {
    return job.newest()
        .map(newest ->
            new SnapshotTarget.ParentSnapshot(
                newest.number(), directories.snapshot(job.id(), newest.number())));
  }

  private static JobEvent.SnapshotFailed failed(Effect.TakeSnapshot effect, Throwable cause) {
    boolean lost = cause instanceof MachineFailure machine && machine.machineLost();
    return new JobEvent.SnapshotFailed(
        effect.generation(), effect.number(), refusalOf(cause), lost);
  }

  private static Refusal refusalOf(Throwable cause) {
    return switch (cause) {
      case DiskFailure disk when disk.noSpace() -> noSpace();
      case MachineFailure machine when machine.kind() == MachineFailure.Kind.NO_SPACE -> noSpace();
      case MachineFailure machine -> machine.refusal();
      case Deadlines.Overdue overdue -> overdue.refusal();
      default ->
          Refusal.of(
              RefusalCode.CHECKPOINT_FAILED,
              "the checkpoint was not taken: " + EffectRunner.describe(cause),
              "Repeat the call with the same token; the previous checkpoint is intact.");
    };
  }

  private static Refusal noSpace() {
    return Refusal.of(
        RefusalCode.NO_SPACE,
        "the disk is full, so the checkpoint was not taken; the previous one is intact",
        "Free some space and repeat the call with the same token.");
  }
}
