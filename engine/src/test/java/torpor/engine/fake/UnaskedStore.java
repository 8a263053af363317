package torpor.engine.fake;

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

/// A store that no test asks anything; a test overrides what it does ask.
public class UnaskedStore implements JobStore {

  private static AssertionError unasked() {
    return new AssertionError("the store was asked something this test does not answer");
  }

  @Override
  public CompletionStage<CommitOutcome> commit(Transition transition) {
    throw unasked();
  }

  @Override
  public CompletionStage<Optional<StoredJob>> load(JobId id) {
    throw unasked();
  }

  @Override
  public CompletionStage<List<StoredJob>> loadAll(List<JobId> ids) {
    throw unasked();
  }

  @Override
  public CompletionStage<Optional<JobInputs>> inputs(JobId id) {
    throw unasked();
  }

  @Override
  public CompletionStage<Optional<SettledToken>> token(JobId id, Token token) {
    throw unasked();
  }

  @Override
  public CompletionStage<List<SnapshotRecord>> snapshots(JobId id) {
    throw unasked();
  }

  @Override
  public CompletionStage<List<DueJob>> due(Instant after, Instant upTo, int limit) {
    throw unasked();
  }

  @Override
  public CompletionStage<List<StoredJob>> live(Optional<JobId> after, int limit) {
    throw unasked();
  }

  @Override
  public CompletionStage<List<JobId>> pending(Optional<JobId> after, int limit) {
    throw unasked();
  }

  @Override
  public CompletionStage<Set<JobId>> existing(Set<JobId> ids) {
    throw unasked();
  }

  @Override
  public CompletionStage<List<JobListing>> list(
      JobFilter filter, Optional<JobId> before, int limit) {
    throw unasked();
  }

  @Override
  public CompletionStage<List<JobId>> byPrefix(String ulidPrefix, int limit) {
    throw unasked();
  }

  @Override
  public CompletionStage<JobCounts> counts() {
    throw unasked();
  }

  @Override
  public CompletionStage<List<RecordedHappening>> history(
      Optional<JobId> job, long afterSequence, int limit) {
    throw unasked();
  }

  @Override
  public CompletionStage<Long> lastSequence() {
    throw unasked();
  }

  @Override
  public CompletionStage<Reply<Definition>> addDefinition(NewDefinition definition, Instant at) {
    throw unasked();
  }

  @Override
  public CompletionStage<Optional<Definition>> definition(DefinitionId id) {
    throw unasked();
  }

  @Override
  public CompletionStage<Optional<Definition>> definition(DefinitionName name, String version) {
    throw unasked();
  }

  @Override
  public CompletionStage<List<Definition>> definitions(
      Optional<DefinitionName> name, Optional<DefinitionId> after, int limit) {
    throw unasked();
  }

  @Override
  public CompletionStage<Reply<Definition>> removeDefinition(DefinitionName name, String version) {
    throw unasked();
  }

  @Override
  public CompletionStage<Optional<Idempotency>> idempotency(String key) {
    throw unasked();
  }

  @Override
  public CompletionStage<Integer> prune(Instant before, int limit) {
    throw unasked();
  }

  @Override
  public CompletionStage<Void> addApiKey(ApiKey key) {
    throw unasked();
  }

  @Override
  public CompletionStage<List<ApiKey>> apiKeys() {
    throw unasked();
  }

  @Override
  public CompletionStage<Boolean> removeApiKey(String id) {
    throw unasked();
  }
}
