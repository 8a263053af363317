package torpor.testkit.memory;

import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionId;
import torpor.core.definition.DefinitionName;
import torpor.core.job.JobId;
import torpor.core.job.JobPhase;
import torpor.core.job.SettledToken;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
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

/// A [JobStore] over [MemoryTables]. Thread-safe; every future is complete when it is returned.
public final class InMemoryJobStore implements JobStore {
  private static final String LATEST = "latest";

  private final MemoryTables tables;
  private final long epoch;

  /// Opens the tables as their new owner.
  public InMemoryJobStore(MemoryTables tables) {
    this(tables, tables.takeOver());
  }

  /// @param epoch as [MemoryTables#takeOver] gave it
  public InMemoryJobStore(MemoryTables tables, long epoch) {
    this.tables = tables;
    this.epoch = epoch;
  }

  private <T> CompletionStage<T> locked(Supplier<T> work) {
    synchronized (tables) {
      return CompletableFuture.completedFuture(work.get());
    }
  }

  @Override
  public CompletionStage<CommitOutcome> commit(Transition transition) {
    return locked(() -> tables.apply(transition, epoch));
  }

  @Override
  public CompletionStage<Optional<StoredJob>> load(JobId id) {
    return locked(() -> tables.rows(id).map(JobRows::stored));
  }

  @Override
  public CompletionStage<List<StoredJob>> loadAll(List<JobId> ids) {
    return locked(() ->
        ids.stream()
            .distinct()
            .flatMap(id -> tables.rows(id).stream())
            .map(JobRows::stored)
            .toList());
  }

  @Override
  public CompletionStage<Optional<JobInputs>> inputs(JobId id) {
    return locked(() -> tables.rows(id).map(JobRows::inputs));
  }

  @Override
  public CompletionStage<Optional<SettledToken>> token(JobId id, Token token) {
    return locked(() -> tables.rows(id).flatMap(rows -> rows.token(token)));
  }

  @Override
  public CompletionStage<List<SnapshotRecord>> snapshots(JobId id) {
    return locked(() -> tables.rows(id).map(JobRows::snapshots).orElse(List.of()));
  }

  @Override
  public CompletionStage<List<DueJob>> due(Instant after, Instant upTo, int limit) {
    return locked(() -> tables.due(after, upTo, limit));
  }

  @Override
  public CompletionStage<List<StoredJob>> live(Optional<JobId> after, int limit) {
    return locked(() ->
        tables.rowsAfter(after).stream()
            .filter(rows -> rows.job().state().phase().kind() == JobPhase.Kind.LIVE)
            .limit(limit)
            .map(JobRows::stored)
            .toList());
  }

  @Override
  public CompletionStage<List<JobId>> pending(Optional<JobId> after, int limit) {
    return locked(() ->
        tables.rowsAfter(after).stream()
            .filter(rows -> rows.job().state().phase() == JobPhase.PENDING)
            .limit(limit)
            .map(rows -> rows.job().id())
            .toList());
  }

  @Override
  public CompletionStage<Set<JobId>> existing(Set<JobId> ids) {
    return locked(() ->
        ids.stream()
            .filter(id -> tables.rows(id).isPresent())
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Override
  public CompletionStage<List<JobListing>> list(
      JobFilter filter, Optional<JobId> before, int limit) {
    return locked(() ->
        tables.newestFirst(before).stream()
            .filter(rows -> matches(filter, rows))
            .limit(limit)
            .map(this::listing)
            .toList());
  }

  private boolean matches(JobFilter filter, JobRows rows) {
    return (filter.phases().isEmpty() || filter.phases().contains(rows.job().state().phase()))
        && filter.definition().map(definitionOf(rows).name()::equals).orElse(true);
  }

  private Definition definitionOf(JobRows rows) {
    return Optional.ofNullable(tables.definitions().get(rows.job().definition().number()))
        .orElseThrow(() -> new IllegalStateException("a job without its definition"));
  }

  private JobListing listing(JobRows rows) {
    Definition definition = definitionOf(rows);
    return new JobListing(
        rows.stored().job(),
        definition.name().text(),
        definition.version(),
        rows.inputs().metadata(),
        rows.updatedAt());
  }

  @Override
  public CompletionStage<List<JobId>> byPrefix(String ulidPrefix, int limit) {
    return locked(() ->
        tables.rows().stream()
            .map(rows -> rows.job().id())
            .filter(id -> id.ulid().startsWith(ulidPrefix.toLowerCase(Locale.ROOT)))
            .limit(limit)
            .toList());
  }

  @Override
  public CompletionStage<JobCounts> counts() {
    return locked(() ->
        new JobCounts(
            Arrays.stream(JobPhase.values())
                .collect(
                    Collectors.toMap(
                        Function.identity(),
                        phase ->
                            tables.rows().stream()
                                .filter(rows -> rows.job().state().phase() == phase)
                                .count()))));
  }

  @Override
  public CompletionStage<List<RecordedHappening>> history(
      Optional<JobId> job, long afterSequence, int limit) {
    return locked(() ->
        tables.historyAfter(afterSequence).stream()
            .filter(line -> job.map(line.job()::equals).orElse(true))
            .limit(limit)
            .toList());
  }

  @Override
  public CompletionStage<Long> lastSequence() {
    return locked(tables::lastSequence);
  }

  @Override
  public CompletionStage<Reply<Definition>> addDefinition(NewDefinition added, Instant at) {
    return locked(() -> {
      Optional<Definition> present = find(added.name(), added.version());
      if (present.isPresent()) {
        Definition there = present.orElseThrow();
        return sameContent(there, added) ? Reply.done(there) : Reply.refused(exists(there));
      }
      Definition definition =
          new Definition(
              tables.nextDefinition(),
              added.name(),
              added.version(),
              added.runtime(),
              added.config(),
              added.retry(),
              added.timeout(),
              added.keepSnapshots(),
              added.metadata(),
              at);
      tables.definitions().put(definition.id().number(), definition);
      return Reply.done(definition);
    });
  }

  private static boolean sameContent(Definition there, NewDefinition added) {
    return new NewDefinition(
            there.name(),
            there.version(),
            there.runtime(),
            there.config(),
            there.retry(),
            there.timeout(),
            there.keepSnapshots(),
            there.metadata())
        .equals(added);
  }

  private static Refusal exists(Definition there) {
    return Refusal.of(
        RefusalCode.DEFINITION_EXISTS,
        "%s@%s exists with other content".formatted(there.name(), there.version()),
        "Give the new content a new version.");
  }

  private Optional<Definition> find(DefinitionName name, String version) {
    return tables.definitions().values().stream()
        .filter(d -> d.name().equals(name))
        .filter(d -> version.equals(LATEST) || d.version().equals(version))
        .max(Comparator.comparingInt(d -> d.id().number()));
  }

  @Override
  public CompletionStage<Optional<Definition>> definition(DefinitionId id) {
    return locked(() -> Optional.ofNullable(tables.definitions().get(id.number())));
  }

  @Override
  public CompletionStage<Optional<Definition>> definition(DefinitionName name, String version) {
    return locked(() -> find(name, version));
  }

  @Override
  public CompletionStage<List<Definition>> definitions(
      Optional<DefinitionName> name, Optional<DefinitionId> after, int limit) {
    return locked(() -> {
      List<Definition> all =
          tables.definitions().values().stream()
              .filter(d -> name.map(d.name()::equals).orElse(true))
              .sorted(
                  Comparator.<Definition, String>comparing(d -> d.name().text())
                      .thenComparingInt(d -> d.id().number()))
              .toList();
      int from =
          after.map(id -> 1 + all.stream().map(Definition::id).toList().indexOf(id)).orElse(0);
      return all.stream().skip(from).limit(limit).toList();
    });
  }

  @Override
  public CompletionStage<Reply<Definition>> removeDefinition(DefinitionName name, String version) {
    return locked(() -> {
      Optional<Definition> found = find(name, version);
      if (found.isEmpty()) {
        return Reply.refused(
            Refusal.of(
                RefusalCode.DEFINITION_NOT_FOUND,
                "there is no definition %s@%s".formatted(name, version),
                "List the definitions that exist."));
      }
      Definition definition = found.orElseThrow();
      if (tables.rows().stream().anyMatch(r -> r.job().definition().equals(definition.id()))) {
        return Reply.refused(
            Refusal.of(
                RefusalCode.DEFINITION_IN_USE,
                "jobs of %s@%s exist".formatted(name, version),
                "Delete those jobs first."));
      }
      tables.definitions().remove(definition.id().number());
      return Reply.done(definition);
    });
  }

  @Override
  public CompletionStage<Optional<Idempotency>> idempotency(String key) {
    return locked(() -> tables.request(key));
  }

  @Override
  public CompletionStage<Integer> prune(Instant before, int limit) {
    return locked(() -> tables.prune(before, limit));
  }

  @Override
  public CompletionStage<Void> addApiKey(ApiKey key) {
    synchronized (tables) {
      tables.keys().put(key.id(), key);
      return CompletableFuture.completedFuture(null);
    }
  }

  @Override
  public CompletionStage<List<ApiKey>> apiKeys() {
    return locked(() -> List.copyOf(tables.keys().values()));
  }

  @Override
  public CompletionStage<Boolean> removeApiKey(String id) {
    return locked(() -> tables.keys().remove(id) != null);
  }
}
