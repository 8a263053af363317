package torpor.engine.desk;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import torpor.core.definition.JsonText;
import torpor.core.job.Answer;
import torpor.core.job.Job;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;
import torpor.core.job.JobState;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.wake.Signal;
import torpor.engine.actor.JobActors;
import torpor.engine.actor.Sentences;
import torpor.engine.definition.DefinitionShelf;
import torpor.engine.guest.GuestCalls;
import torpor.engine.guest.GuestMetadata;
import torpor.engine.store.JobInputs;
import torpor.engine.store.JobStore;
import torpor.engine.store.StoredJob;

/// Takes the calls of programs to the mailboxes of their jobs.
public final class GuestDesk implements GuestCalls {
  private static final int INPUTS_KEPT = 1_024;
  private static final int LARGEST_KEPT = 16 << 10;

  private final Supplier<JobActors> actors;
  private final JobStore store;
  private final DefinitionShelf definitions;

  /// Inputs never change, and programs ask about themselves with every call.
  private final Map<JobId, JobInputs> recentInputs = new ConcurrentHashMap<>();

  /// @param actors supplied late: runtimes are handed this desk before the actors exist
  public GuestDesk(Supplier<JobActors> actors, JobStore store, DefinitionShelf definitions) {
    this.actors = actors;
    this.store = store;
    this.definitions = definitions;
  }

  @Override
  public CompletionStage<Reply<Answer.Checkpointed>> checkpoint(
      JobId job, JobEvent.CheckpointAsked asked) {
    return ask(job, asked, Answer.Checkpointed.class::cast);
  }

  @Override
  public CompletionStage<Reply<Answer.Locked>> lock(JobId job, JobEvent.LockAsked asked) {
    return ask(job, asked, Answer.Locked.class::cast);
  }

  @Override
  public CompletionStage<Reply<Answer.Done>> unlock(JobId job, JobEvent.UnlockAsked asked) {
    return ask(job, asked, Answer.Done.class::cast);
  }

  @Override
  public CompletionStage<Reply<Answer.Done>> exit(JobId job, JobEvent.ExitAsked asked) {
    return ask(job, asked, Answer.Done.class::cast);
  }

  @Override
  public CompletionStage<Reply<List<Signal>>> signals(JobId job, JobEvent.SignalsAsked asked) {
    return ask(job, asked, answer -> ((Answer.Signals) answer).signals());
  }

  @Override
  public CompletionStage<Reply<Answer.Done>> progress(JobId job, JobEvent.ProgressMade made) {
    return ask(job, made, Answer.Done.class::cast);
  }

  private <T> CompletionStage<Reply<T>> ask(
      JobId job, JobEvent.FromGuest event, Function<Answer, T> narrow) {
    return actors.get().ask(job, event).thenApply(reply -> reply.map(narrow));
  }

  @Override
  public CompletionStage<Reply<JsonText>> params(JobId job) {
    return whenExisting(job, row -> inputs(job).thenApply(JobInputs::params));
  }

  private CompletionStage<JobInputs> inputs(JobId job) {
    JobInputs known = recentInputs.get(job);
    if (known != null) {
      return CompletableFuture.completedFuture(known);
    }
    return store
        .inputs(job)
        .thenApply(found -> {
          JobInputs inputs = found.orElse(JobInputs.NONE);
          if (inputs.params().text().length() <= LARGEST_KEPT) {
            if (recentInputs.size() >= INPUTS_KEPT) {
              recentInputs.clear();
            }
            recentInputs.put(job, inputs);
          }
          return inputs;
        });
  }

  @Override
  public CompletionStage<Reply<GuestMetadata>> metadata(JobId id) {
    return whenExisting(
        id,
        row ->
            inputs(id)
                .thenCombine(
                    definitions.of(row.job().definition()),
                    (inputs, definition) -> {
                      Job job = row.job();
                      return new GuestMetadata(
                          id,
                          definition.name().text(),
                          definition.version(),
                          job.tally().attempt(),
                          job.generation(),
                          restoredFrom(job),
                          job.newest(),
                          job.spawnedAt(),
                          inputs.metadata());
                    }));
  }

  static Optional<SnapshotNumber> restoredFrom(Job job) {
    return switch (job.state()) {
      case JobState.Running s -> s.restoredFrom();
      case JobState.Checkpointing s -> s.restoredFrom();
      case JobState.Suspending s -> s.restoredFrom();
      case JobState.Restoring s -> Optional.of(s.snapshot().number());
      default -> Optional.empty();
    };
  }

  private <T> CompletionStage<Reply<T>> whenExisting(
      JobId id, Function<StoredJob, CompletionStage<T>> then) {
    return actors
        .get()
        .current(id)
        .<CompletionStage<Optional<StoredJob>>>map(
            row -> CompletableFuture.completedFuture(Optional.of(row)))
        .orElseGet(() -> store.load(id))
        .thenCompose(found ->
            found
                .map(row -> then.apply(row).thenApply(Reply::done))
                .orElseGet(() ->
                    CompletableFuture.completedFuture(Reply.refused(Sentences.notFound(id)))));
  }
}
