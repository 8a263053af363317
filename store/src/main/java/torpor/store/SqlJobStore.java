package torpor.store;

import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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
import torpor.engine.store.InstanceStore;
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
import torpor.engine.store.VolumeStore;
import torpor.store.codec.IdBytes;
import torpor.store.read.DefinitionReads;
import torpor.store.read.DetailReads;
import torpor.store.read.JobLists;
import torpor.store.read.JobReads;
import torpor.store.read.Readers;
import torpor.store.write.DefinitionWrites;
import torpor.store.write.Housekeeping;
import torpor.store.write.NodeLease;
import torpor.store.write.Sequencer;
import torpor.store.write.Writer;

/// [JobStore] on SQL. Made by [Stores].
///
/// Transitions of one job always go to the same writer, so they become durable in the order asked.
/// All else that writes goes to the first writer.
public final class SqlJobStore implements JobStore, AutoCloseable {
  private final List<Writer> writers;
  private final Readers readers;
  private final NodeLease lease;
  private final Sequencer sequencer;
  private final InstantSource clock;

  SqlJobStore(
      List<Writer> writers,
      Readers readers,
      NodeLease lease,
      Sequencer sequencer,
      InstantSource clock) {
    this.writers = List.copyOf(writers);
    this.readers = readers;
    this.lease = lease;
    this.sequencer = sequencer;
    this.clock = clock;
  }

  public NodeLease lease() {
    return lease;
  }

  /// The hand-driven instances in the same database; closed with this store.
  public InstanceStore instances() {
    return new SqlInstanceStore(writers.getFirst(), readers, lease);
  }

  /// Volumes in the same database, under the same lease; closed with this store.
  public VolumeStore volumes() {
    return new SqlVolumeStore(writers.getFirst(), readers, lease);
  }

  /// To be called several times within [NodeLease#LENGTH] while the daemon lives. `false` where
  /// another daemon has taken the node over: every commit is fenced from then on.
  public CompletionStage<Boolean> renewLease() {
    return writers.getFirst().perform(session -> lease.renew(session, clock.instant()));
  }

  /// Writes what was asked for before, gives the lease up and closes every connection. Blocks
  /// meanwhile.
  @Override
  public void close() {
    writers
        .getFirst()
        .perform(lease::release)
        .exceptionally(_ -> false); // The lease runs out by itself.
    writers.reversed().forEach(Writer::close);
    readers.close();
  }

  @Override
  public CompletionStage<CommitOutcome> commit(Transition transition) {
    return writer(transition.next().id()).commit(transition);
  }

  private Writer writer(JobId id) {
    return writers.get(Math.floorMod(id.hashCode(), writers.size()));
  }

  @Override
  public CompletionStage<Optional<StoredJob>> load(JobId id) {
    return readers.read(id.toString(), connection -> JobReads.load(connection, id));
  }

  /// A writer that has lost its connection opens another one only once what the first has left
  /// behind on the server is over; see [Writer.SessionSource].
  @Override
  public CompletionStage<Optional<StoredJob>> loadSettled(JobId id) {
    return writer(id).perform(_ -> true).thenCompose(_ -> load(id));
  }

  @Override
  public CompletionStage<List<StoredJob>> loadAll(List<JobId> ids) {
    return readers.read("jobs", connection -> JobReads.loadAll(connection, ids));
  }

  @Override
  public CompletionStage<Optional<JobInputs>> inputs(JobId id) {
    return readers.read("inputs of " + id, connection -> JobReads.inputs(connection, id));
  }

  @Override
  public CompletionStage<Optional<SettledToken>> token(JobId id, Token token) {
    return readers.read("a token of " + id, connection -> DetailReads.token(connection, id, token));
  }

  @Override
  public CompletionStage<List<SnapshotRecord>> snapshots(JobId id) {
    return readers.read("snapshots of " + id, connection -> DetailReads.snapshots(connection, id));
  }

  @Override
  public CompletionStage<List<DueJob>> due(Instant after, Instant upTo, int limit) {
    return readers.read(
        "due jobs", connection -> JobReads.due(connection, lease.node(), after, upTo, limit));
  }

  @Override
  public CompletionStage<List<StoredJob>> live(Optional<JobId> after, int limit) {
    return readers.read(
        "live jobs", connection -> JobReads.live(connection, lease.node(), after, limit));
  }

  @Override
  public CompletionStage<List<JobId>> pending(Optional<JobId> after, int limit) {
    return readers.read(
        "pending jobs", connection -> JobReads.pending(connection, lease.node(), after, limit));
  }

  @Override
  public CompletionStage<Set<JobId>> existing(Set<JobId> ids) {
    return readers.read("job ids", connection -> JobReads.existing(connection, ids));
  }

  @Override
  public CompletionStage<List<JobListing>> list(
      JobFilter filter, Optional<JobId> before, int limit) {
    return readers.read("jobs", connection -> JobLists.list(connection, filter, before, limit));
  }

  @Override
  public CompletionStage<List<JobId>> byPrefix(String ulidPrefix, int limit) {
    Optional<IdBytes.Range> range = IdBytes.startingWith(ulidPrefix);
    return range.isEmpty()
        ? CompletableFuture.completedFuture(List.of())
        : readers.read(
            "job ids", connection -> JobReads.between(connection, range.orElseThrow(), limit));
  }

  @Override
  public CompletionStage<JobCounts> counts() {
    return readers.read("job counts", JobLists::counts);
  }

  @Override
  public CompletionStage<List<RecordedHappening>> history(
      Optional<JobId> job, long afterSequence, int limit) {
    long upTo = sequencer.settled();
    return readers.read(
        "history",
        connection ->
            DetailReads.history(connection, lease.node(), job, afterSequence, upTo, limit));
  }

  @Override
  public CompletionStage<Long> lastSequence() {
    return CompletableFuture.completedFuture(sequencer.settled());
  }

  @Override
  public CompletionStage<Reply<Definition>> addDefinition(NewDefinition definition, Instant at) {
    return write(session -> DefinitionWrites.add(session, definition, at));
  }

  @Override
  public CompletionStage<Optional<Definition>> definition(DefinitionId id) {
    return readers.read("a definition", connection -> DefinitionReads.byId(connection, id));
  }

  @Override
  public CompletionStage<Optional<Definition>> definition(DefinitionName name, String version) {
    return readers.read(
        "definition " + name, connection -> DefinitionReads.byVersion(connection, name, version));
  }

  @Override
  public CompletionStage<List<Definition>> definitions(
      Optional<DefinitionName> name, Optional<DefinitionId> after, int limit) {
    return readers.read(
        "definitions", connection -> DefinitionReads.list(connection, name, after, limit));
  }

  @Override
  public CompletionStage<Reply<Definition>> removeDefinition(DefinitionName name, String version) {
    return write(session -> DefinitionWrites.remove(session, name, version));
  }

  @Override
  public CompletionStage<Optional<Idempotency>> idempotency(String key) {
    return readers.read(
        "an idempotency record", connection -> DetailReads.idempotency(connection, key));
  }

  @Override
  public CompletionStage<Integer> prune(Instant before, int limit) {
    return write(session -> Housekeeping.prune(session, lease, before, limit));
  }

  @Override
  public CompletionStage<Void> addApiKey(ApiKey key) {
    return write(session -> Housekeeping.addApiKey(session, key)).thenAccept(_ -> {});
  }

  @Override
  public CompletionStage<List<ApiKey>> apiKeys() {
    return readers.read("API keys", DetailReads::apiKeys);
  }

  @Override
  public CompletionStage<Boolean> removeApiKey(String id) {
    return write(session -> Housekeeping.removeApiKey(session, id));
  }

  private <T> CompletableFuture<T> write(Writer.Task<T> task) {
    return writers
        .getFirst()
        .perform(session -> {
          demandLease(lease.lostTo(session));
          return task.run(session);
        });
  }

  private static void demandLease(Optional<String> lost) throws SQLException {
    if (lost.isPresent()) {
      throw new StoreFailure(
          StoreFailure.Kind.UNAVAILABLE,
          lost.orElseThrow(),
          new IllegalStateException("write after the lease was lost"));
    }
  }
}
