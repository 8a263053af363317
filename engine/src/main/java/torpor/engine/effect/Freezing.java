package torpor.engine.effect;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
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
import torpor.engine.serial.Lanes;

/// Takes snapshots: written beside the last one, flushed, renamed. The commit that follows decides
/// whether one counts.
///
/// One that is overdue is given up and told as failed. What the runtime writes of it afterwards is
/// dropped, never renamed; and the next snapshot of the job begins only once it is over.
final class Freezing {
  private static final Duration DEADLINE = Duration.ofMinutes(30);
  private static final Duration PUBLISH_DEADLINE = Duration.ofMinutes(5);
  private static final Duration CLEAN_UP = Duration.ofMinutes(1);

  private final DefinitionShelf definitions;
  private final InstanceDirectories directories;
  private final EffectRunner.Outcomes outcomes;
  private final Deadlines deadlines;

  /// Who writes into a job's directory, for as long as that really takes.
  private final Lanes<JobId> writing;

  Freezing(
      DefinitionShelf definitions,
      InstanceDirectories directories,
      EffectRunner.Outcomes outcomes,
      Deadlines deadlines,
      Executor threads) {
    this.definitions = definitions;
    this.directories = directories;
    this.outcomes = outcomes;
    this.deadlines = deadlines;
    this.writing = new Lanes<>(threads);
  }

  CompletionStage<?> snapshot(Job job, Definition definition, Effect.TakeSnapshot effect) {
    JobId id = job.id();
    CompletableFuture<SnapshotFacts> inTime = new CompletableFuture<>();
    CompletableFuture<SnapshotFacts> written = new CompletableFuture<>();
    writing.queue(
        id,
        () ->
            inTime.isDone()
                ? CompletableFuture.completedFuture(null)
                : settle(written, write(job, definition, effect)));
    var _ = settle(inTime, deadlines.within(DEADLINE, "the checkpoint", written));
    return inTime
        .thenCompose(facts -> published(id, effect).thenApply(_ -> facts))
        .handle((facts, failure) -> {
          if (failure == null) {
            outcomes.tell(
                id, new JobEvent.SnapshotTaken(effect.generation(), effect.number(), facts));
            return CompletableFuture.<Void>completedFuture(null);
          }
          if (!written.isDone()) {
            var _ = written.thenCompose(_ -> directories.dropStaged(id, effect.number()));
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

  private static <T> CompletionStage<T> settle(
      CompletableFuture<T> promise, CompletionStage<T> stage) {
    return stage.whenComplete((value, failure) -> {
      if (failure == null) {
        promise.complete(value);
      } else {
        promise.completeExceptionally(EffectRunner.cause(failure));
      }
    });
  }

  private CompletionStage<SnapshotFacts> write(
      Job job, Definition definition, Effect.TakeSnapshot effect) {
    return directories
        .stage(job.id(), effect.number())
        .thenCompose(staging ->
            EffectRunner.runtime(definitions, definition)
                .snapshot(
                    new SnapshotTarget(
                        job.id(),
                        effect.generation(),
                        effect.machine(),
                        effect.number(),
                        staging,
                        parentOf(job),
                        effect.keepsRunning())));
  }

  /// A rename that cannot be waited for is undone when it has come about after all: nobody knows of
  /// that snapshot.
  private CompletionStage<Path> published(JobId id, Effect.TakeSnapshot effect) {
    CompletionStage<Path> renamed = directories.publish(id, effect.number());
    return deadlines
        .within(PUBLISH_DEADLINE, "publishing the checkpoint", renamed)
        .whenComplete((_, failure) -> {
          if (failure != null) {
            var _ = renamed.thenCompose(_ -> directories.dropSnapshot(id, effect.number()));
          }
        });
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
