package torpor.engine.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionId;
import torpor.core.definition.DefinitionName;
import torpor.core.job.JobId;
import torpor.core.job.JobPhase;
import torpor.core.job.SettledToken;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.Token;

/// Everything durable that is not a file. One object per daemon; thread-safe.
///
/// Every write is conditional on this node's epoch and on the row's version. A completed [#commit]
/// with [CommitOutcome.Committed] survives `kill -9` and power loss. Every method may complete
/// exceptionally with a [StoreFailure], and with nothing else.
public interface JobStore {

  CompletionStage<CommitOutcome> commit(Transition transition);

  CompletionStage<Optional<StoredJob>> load(JobId id);

  /// As [#load], once every commit of this job that was asked for before is over: what is not seen
  /// then will not be durable later either. For when the outcome of a commit is unknown; a store
  /// whose commits end with their answer has nothing to wait for.
  default CompletionStage<Optional<StoredJob>> loadSettled(JobId id) {
    return load(id);
  }

  /// Those of `ids` that exist, in any order. One round trip.
  CompletionStage<List<StoredJob>> loadAll(List<JobId> ids);

  CompletionStage<Optional<JobInputs>> inputs(JobId id);

  /// What is known of a token; see P4.
  CompletionStage<Optional<SettledToken>> token(JobId id, Token token);

  CompletionStage<List<SnapshotRecord>> snapshots(JobId id);

  /// Jobs with [torpor.core.job.Job#due] in `(after, upTo]`, earliest first, at most `limit`. Costs
  /// in proportion to what it returns, not to how many jobs sleep.
  CompletionStage<List<DueJob>> due(Instant after, Instant upTo, int limit);

  /// Jobs of this node in phases of kind LIVE, for recovery, by id after `after`.
  CompletionStage<List<StoredJob>> live(Optional<JobId> after, int limit);

  /// Jobs in phase PENDING, by id after `after`.
  CompletionStage<List<JobId>> pending(Optional<JobId> after, int limit);

  /// Of `ids`, those that have a row. For sweeping directories nobody owns.
  CompletionStage<Set<JobId>> existing(Set<JobId> ids);

  /// Newest first.
  CompletionStage<List<JobListing>> list(JobFilter filter, Optional<JobId> before, int limit);

  /// Ids that start with the given ULID characters, at most `limit`.
  CompletionStage<List<JobId>> byPrefix(String ulidPrefix, int limit);

  CompletionStage<JobCounts> counts();

  /// Oldest first; `job` narrows to one.
  CompletionStage<List<RecordedHappening>> history(
      Optional<JobId> job, long afterSequence, int limit);

  /// The newest sequence number given out, 0 where none was.
  CompletionStage<Long> lastSequence();

  /// Adds a version. Adding the very same content again answers with what is there; other content
  /// under the same name and version is refused (`definition.exists`).
  CompletionStage<Reply<Definition>> addDefinition(NewDefinition definition, Instant at);

  CompletionStage<Optional<Definition>> definition(DefinitionId id);

  /// @param version `latest` is the one added last
  CompletionStage<Optional<Definition>> definition(DefinitionName name, String version);

  /// By name, then oldest first.
  CompletionStage<List<Definition>> definitions(
      Optional<DefinitionName> name, Optional<DefinitionId> after, int limit);

  /// Refused (`definition.in_use`) while a job of it exists.
  CompletionStage<Reply<Definition>> removeDefinition(DefinitionName name, String version);

  CompletionStage<Optional<Idempotency>> idempotency(String key);

  /// Deletes idempotency records and history older than `before`; at most `limit` rows a call.
  CompletionStage<Integer> prune(Instant before, int limit);

  CompletionStage<Void> addApiKey(ApiKey key);

  CompletionStage<List<ApiKey>> apiKeys();

  CompletionStage<Boolean> removeApiKey(String id);

  /// Phases whose rows a filter may name.
  record JobFilter(Set<JobPhase> phases, Optional<DefinitionName> definition) {
    public static final JobFilter ALL = new JobFilter(Set.of(), Optional.empty());

    public JobFilter {
      phases = Set.copyOf(phases);
    }
  }
}
