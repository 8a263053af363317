package torpor.testkit.sim;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionId;
import torpor.core.definition.DefinitionName;
import torpor.core.job.JobId;
import torpor.core.job.SettledToken;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.Token;
import torpor.engine.serial.LentThread;
import torpor.engine.store.ApiKey;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.DueJob;
import torpor.engine.store.Idempotency;
import torpor.engine.store.JobCounts;
import torpor.engine.store.JobInputs;
import torpor.engine.store.JobListing;
import torpor.engine.store.JobStore;
import torpor.engine.store.NewDefinition;
import torpor.engine.store.RecordedHappening;
import torpor.engine.store.SnapshotRecord;
import torpor.engine.store.StoreFailure;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Transition;
import torpor.testkit.memory.InMemoryJobStore;
import torpor.testkit.memory.MemoryTables;

/// One daemon's way to the store. A commit becomes durable some time after it was asked for and is
/// answered some time after that; a crash before the first loses it, one in between leaves it
/// durable and unanswered. A failure tells nothing about which of the two it was.
final class SimStore implements JobStore {
  private final Stage stage;
  private final MemoryTables tables;
  private final long epoch;
  private final JobStore durable;
  private final boolean forgetsFencing;
  private final Ledger ledger;

  SimStore(Stage stage, MemoryTables tables, long epoch, boolean forgetsFencing, Ledger ledger) {
    this.stage = stage;
    this.tables = tables;
    this.epoch = epoch;
    this.durable = new InMemoryJobStore(tables, epoch);
    this.forgetsFencing = forgetsFencing;
    this.ledger = ledger;
  }

  @Override
  public CompletionStage<CommitOutcome> commit(Transition transition) {
    CompletableFuture<CommitOutcome> answer = new CompletableFuture<>();
    String what =
        "commit %s %s".formatted(transition.next().id(), transition.next().state().phase().text());
    if (!stage.survives(what + " begins")) {
      return answer;
    }
    // A real store may do it on a lent thread before it returns.
    boolean atOnce = LentThread.isLent() && stage.dice().chance(0.5);
    Consumer<Runnable> then = atOnce ? Runnable::run : stage::later;
    then.accept(() -> {
      if (unreachable()) {
        stage.trace().say("%s: %s LOST", stage.life(), what);
        answer.completeExceptionally(unavailable());
        return;
      }
      JobStore writer = forgetsFencing ? new InMemoryJobStore(tables, tables.owner()) : durable;
      CommitOutcome outcome = writer.commit(transition).toCompletableFuture().join();
      stage
          .trace()
          .say(
              "%s: %s v%d %s",
              stage.life(),
              what,
              transition.expected().number() + 1,
              outcome.getClass().getSimpleName());
      if (outcome instanceof CommitOutcome.Committed) {
        ledger.written(transition, epoch, tables.owner());
      }
      if (stage.survives(what + " is durable")) {
        then.accept(() -> answered(answer, outcome));
      }
    });
    return answer;
  }

  private void answered(CompletableFuture<CommitOutcome> answer, CommitOutcome outcome) {
    if (stage.life().isolated() || stage.dice().chance(stage.trouble().storeAfter())) {
      stage.trace().say("%s: the answer of the store is lost", stage.life());
      answer.completeExceptionally(unavailable());
    } else {
      answer.complete(outcome);
    }
  }

  private boolean unreachable() {
    return stage.life().isolated() || stage.dice().chance(stage.trouble().storeBefore());
  }

  private static StoreFailure unavailable() {
    return new StoreFailure(
        StoreFailure.Kind.UNAVAILABLE, "simulated", new IOException("simulated"));
  }

  private <T> CompletionStage<T> read(Supplier<CompletionStage<T>> look) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    if (!stage.life().alive()) {
      return answer;
    }
    stage.later(() -> {
      if (unreachable()) {
        answer.completeExceptionally(unavailable());
        return;
      }
      T seen = look.get().toCompletableFuture().join();
      stage.later(() -> answer.complete(seen));
    });
    return answer;
  }

  @Override
  public CompletionStage<Optional<StoredJob>> load(JobId id) {
    return read(() -> durable.load(id));
  }

  @Override
  public CompletionStage<List<StoredJob>> loadAll(List<JobId> ids) {
    return read(() -> durable.loadAll(ids));
  }

  @Override
  public CompletionStage<Optional<JobInputs>> inputs(JobId id) {
    return read(() -> durable.inputs(id));
  }

  @Override
  public CompletionStage<Optional<SettledToken>> token(JobId id, Token token) {
    return read(() -> durable.token(id, token));
  }

  @Override
  public CompletionStage<List<SnapshotRecord>> snapshots(JobId id) {
    return read(() -> durable.snapshots(id));
  }

  @Override
  public CompletionStage<List<DueJob>> due(Instant after, Instant upTo, int limit) {
    return read(() -> durable.due(after, upTo, limit));
  }

  @Override
  public CompletionStage<List<StoredJob>> live(Optional<JobId> after, int limit) {
    return read(() -> durable.live(after, limit));
  }

  @Override
  public CompletionStage<List<JobId>> pending(Optional<JobId> after, int limit) {
    return read(() -> durable.pending(after, limit));
  }

  @Override
  public CompletionStage<Set<JobId>> existing(Set<JobId> ids) {
    return read(() -> durable.existing(ids));
  }

  @Override
  public CompletionStage<List<JobListing>> list(
      JobFilter filter, Optional<JobId> before, int limit) {
    return read(() -> durable.list(filter, before, limit));
  }

  @Override
  public CompletionStage<List<JobId>> byPrefix(String ulidPrefix, int limit) {
    return read(() -> durable.byPrefix(ulidPrefix, limit));
  }

  @Override
  public CompletionStage<JobCounts> counts() {
    return read(durable::counts);
  }

  @Override
  public CompletionStage<List<RecordedHappening>> history(
      Optional<JobId> job, long afterSequence, int limit) {
    return read(() -> durable.history(job, afterSequence, limit));
  }

  @Override
  public CompletionStage<Long> lastSequence() {
    return read(durable::lastSequence);
  }

  @Override
  public CompletionStage<Reply<Definition>> addDefinition(NewDefinition definition, Instant at) {
    return read(() -> durable.addDefinition(definition, at));
  }

  @Override
  public CompletionStage<Optional<Definition>> definition(DefinitionId id) {
    return read(() -> durable.definition(id));
  }

  @Override
  public CompletionStage<Optional<Definition>> definition(DefinitionName name, String version) {
    return read(() -> durable.definition(name, version));
  }

  @Override
  public CompletionStage<List<Definition>> definitions(
      Optional<DefinitionName> name, Optional<DefinitionId> after, int limit) {
    return read(() -> durable.definitions(name, after, limit));
  }

  @Override
  public CompletionStage<Reply<Definition>> removeDefinition(DefinitionName name, String version) {
    return read(() -> durable.removeDefinition(name, version));
  }

  @Override
  public CompletionStage<Optional<Idempotency>> idempotency(String key) {
    return read(() -> durable.idempotency(key));
  }

  @Override
  public CompletionStage<Integer> prune(Instant before, int limit) {
    return read(() -> durable.prune(before, limit));
  }

  @Override
  public CompletionStage<Void> addApiKey(ApiKey key) {
    return read(() -> durable.addApiKey(key));
  }

  @Override
  public CompletionStage<List<ApiKey>> apiKeys() {
    return read(durable::apiKeys);
  }

  @Override
  public CompletionStage<Boolean> removeApiKey(String id) {
    return read(() -> durable.removeApiKey(id));
  }
}
