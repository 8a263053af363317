package torpor.testkit.sim;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionId;
import torpor.core.definition.DefinitionName;
import torpor.core.job.JobId;
import torpor.core.job.SettledToken;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.Token;
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
import torpor.engine.store.StoredJob;
import torpor.engine.store.Transition;

/// Passes everything on; a planted fault overrides what it breaks.
class PassingStore implements JobStore {
  private final JobStore store;

  PassingStore(JobStore store) {
    this.store = store;
  }

  @Override
  public CompletionStage<CommitOutcome> commit(Transition transition) {
    return store.commit(transition);
  }

  @Override
  public CompletionStage<Optional<StoredJob>> load(JobId id) {
    return store.load(id);
  }

  @Override
  public CompletionStage<Optional<StoredJob>> loadSettled(JobId id) {
    return store.loadSettled(id);
  }

  @Override
  public CompletionStage<List<StoredJob>> loadAll(List<JobId> ids) {
    return store.loadAll(ids);
  }

  @Override
  public CompletionStage<Optional<JobInputs>> inputs(JobId id) {
    return store.inputs(id);
  }

  @Override
  public CompletionStage<Optional<SettledToken>> token(JobId id, Token token) {
    return store.token(id, token);
  }

  @Override
  public CompletionStage<List<SnapshotRecord>> snapshots(JobId id) {
    return store.snapshots(id);
  }

  @Override
  public CompletionStage<List<DueJob>> due(Instant after, Instant upTo, int limit) {
    return store.due(after, upTo, limit);
  }

  @Override
  public CompletionStage<List<StoredJob>> live(Optional<JobId> after, int limit) {
    return store.live(after, limit);
  }

  @Override
  public CompletionStage<List<JobId>> pending(Optional<JobId> after, int limit) {
    return store.pending(after, limit);
  }

  @Override
  public CompletionStage<Set<JobId>> existing(Set<JobId> ids) {
    return store.existing(ids);
  }

  @Override
  public CompletionStage<List<JobListing>> list(
      JobFilter filter, Optional<JobId> before, int limit) {
    return store.list(filter, before, limit);
  }

  @Override
  public CompletionStage<List<JobId>> byPrefix(String ulidPrefix, int limit) {
    return store.byPrefix(ulidPrefix, limit);
  }

  @Override
  public CompletionStage<JobCounts> counts() {
    return store.counts();
  }

  @Override
  public CompletionStage<List<RecordedHappening>> history(
      Optional<JobId> job, long afterSequence, int limit) {
    return store.history(job, afterSequence, limit);
  }

  @Override
  public CompletionStage<Long> lastSequence() {
    return store.lastSequence();
  }

  @Override
  public CompletionStage<Reply<Definition>> addDefinition(NewDefinition definition, Instant at) {
    return store.addDefinition(definition, at);
  }

  @Override
  public CompletionStage<Optional<Definition>> definition(DefinitionId id) {
    return store.definition(id);
  }

  @Override
  public CompletionStage<Optional<Definition>> definition(DefinitionName name, String version) {
    return store.definition(name, version);
  }

  @Override
  public CompletionStage<List<Definition>> definitions(
      Optional<DefinitionName> name, Optional<DefinitionId> after, int limit) {
    return store.definitions(name, after, limit);
  }

  @Override
  public CompletionStage<Reply<Definition>> removeDefinition(DefinitionName name, String version) {
    return store.removeDefinition(name, version);
  }

  @Override
  public CompletionStage<Optional<Idempotency>> idempotency(String key) {
    return store.idempotency(key);
  }

  @Override
  public CompletionStage<Integer> prune(Instant before, int limit) {
    return store.prune(before, limit);
  }

  @Override
  public CompletionStage<Void> addApiKey(ApiKey key) {
    return store.addApiKey(key);
  }

  @Override
  public CompletionStage<List<ApiKey>> apiKeys() {
    return store.apiKeys();
  }

  @Override
  public CompletionStage<Boolean> removeApiKey(String id) {
    return store.removeApiKey(id);
  }
}
