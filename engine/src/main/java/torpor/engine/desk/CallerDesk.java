package torpor.engine.desk;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import torpor.core.definition.Definition;
import torpor.core.definition.JsonText;
import torpor.core.job.Answer;
import torpor.core.job.Decision;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;
import torpor.core.job.JobPhase;
import torpor.core.job.JobRules;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.engine.actor.JobActors;
import torpor.engine.actor.Sentences;
import torpor.engine.caller.EngineStats;
import torpor.engine.caller.IdempotentRequest;
import torpor.engine.caller.JobView;
import torpor.engine.caller.Jobs;
import torpor.engine.caller.SpawnRequest;
import torpor.engine.caller.Spawned;
import torpor.engine.clock.Alarms;
import torpor.engine.clock.Chance;
import torpor.engine.definition.DefinitionShelf;
import torpor.engine.feed.EndWatch;
import torpor.engine.feed.Feed;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.Idempotency;
import torpor.engine.store.JobInputs;
import torpor.engine.store.JobListing;
import torpor.engine.store.JobStore;
import torpor.engine.store.RecordedHappening;
import torpor.engine.store.SnapshotRecord;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Transition;
import torpor.engine.store.Version;

/// Takes what callers ask to the store and to the mailboxes of jobs.
public final class CallerDesk implements Jobs {
  private static final Duration STORE_AGAIN = Duration.ofSeconds(1);

  private final JobStore store;
  private final DefinitionShelf definitions;
  private final JobActors actors;
  private final SpawnListener spawned;
  private final Feed feed;
  private final EndWatch ends;
  private final InstantSource clock;
  private final Alarms alarms;
  private final Chance chance;
  private final Supplier<EngineStats> stats;

  /// Told of every new job, once it is durable.
  public interface SpawnListener {
    void spawned(StoredJob row);

    /// A job may have become durable that nobody has been told of.
    void perhapsSpawned();
  }

  public CallerDesk(
      JobStore store,
      DefinitionShelf definitions,
      JobActors actors,
      SpawnListener spawned,
      Feed feed,
      EndWatch ends,
      InstantSource clock,
      Alarms alarms,
      Chance chance,
      Supplier<EngineStats> stats) {
    this.store = store;
    this.definitions = definitions;
    this.actors = actors;
    this.spawned = spawned;
    this.feed = feed;
    this.ends = ends;
    this.clock = clock;
    this.alarms = alarms;
    this.chance = chance;
    this.stats = stats;
  }

  @Override
  public CompletionStage<Reply<Spawned>> spawn(SpawnRequest request) {
    return definitions
        .get(request.definition(), request.version())
        .thenCompose(found ->
            switch (found) {
              case Reply.Refused<Definition>(Refusal why) -> refused(why);
              case Reply.Done<Definition>(Definition definition) -> insert(request, definition);
            });
  }

  private CompletionStage<Reply<Spawned>> insert(SpawnRequest request, Definition definition) {
    Instant now = clock.instant();
    JobId id = chance.newJobId(now);
    Optional<Instant> deadline = request.timeout().or(definition::timeout).map(now::plus);
    Decision.Accepted spawn = JobRules.spawn(id, definition.id(), deadline, now);
    Transition transition =
        new Transition(
            spawn.next(),
            Version.ABSENT,
            spawn.changes(),
            spawn.happenings(),
            Optional.of(request.inputs()),
            request.idempotent().map(r -> new Idempotency(r.key(), r.fingerprint(), id.toString())),
            now);
    return store
        .commit(transition)
        .handle((outcome, failure) ->
            failure == null
                ? CompletableFuture.completedFuture(inserted(request, spawn, outcome))
                : readBack(id, failure))
        .thenCompose(reply -> reply);
  }

  /// The store failed in the middle of the insert. Only the row itself tells whether the job
  /// exists, and one that does must get in line.
  private CompletableFuture<Reply<Spawned>> readBack(JobId id, Throwable failure) {
    CompletableFuture<Reply<Spawned>> resolved = new CompletableFuture<>();
    readBack(id, failure, resolved);
    return resolved;
  }

  private void readBack(JobId id, Throwable failure, CompletableFuture<Reply<Spawned>> resolved) {
    store
        .load(id)
        .whenComplete((found, unreadable) -> {
          if (unreadable != null) {
            alarms.at(clock.instant().plus(STORE_AGAIN), () -> readBack(id, failure, resolved));
          } else {
            spawned.perhapsSpawned();
            resolved.complete(
                found
                    .map(row -> {
                      // As it is by now: it may have been admitted already.
                      spawned.spawned(row);
                      return Reply.done(new Spawned(row.job().id(), false));
                    })
                    .orElseGet(() -> Reply.refused(Sentences.storeFailed(failure))));
          }
        });
  }

  private Reply<Spawned> inserted(
      SpawnRequest request, Decision.Accepted spawn, CommitOutcome outcome) {
    JobId id = spawn.next().id();
    return switch (outcome) {
      case CommitOutcome.Committed(Version version, var _) -> {
        spawned.spawned(new StoredJob(spawn.next(), version));
        yield Reply.done(new Spawned(id, false));
      }
      case CommitOutcome.Repeated(Idempotency first) ->
          request.idempotent().map(r -> r.fingerprint().equals(first.fingerprint())).orElse(false)
              ? Reply.done(new Spawned(JobId.parse(first.answer()), true))
              : Reply.refused(Sentences.keyReused());
      case CommitOutcome.Fenced(String detail) -> Reply.refused(Sentences.fenced(detail));
      case CommitOutcome.Stale _ ->
          throw new IllegalStateException("the new id " + id + " exists already");
    };
  }

  @Override
  public CompletionStage<Reply<JobId>> resolve(String idOrPrefix) {
    if (JobId.isValid(idOrPrefix)) {
      return CompletableFuture.completedFuture(Reply.done(JobId.parse(idOrPrefix)));
    }
    String lower = idOrPrefix.toLowerCase(java.util.Locale.ROOT);
    String prefix = lower.startsWith(JobId.PREFIX) ? lower.substring(JobId.PREFIX.length()) : lower;
    if (!prefix.matches("[0-7][0-9a-hjkmnp-tv-z]{0,24}")) {
      return refused(
          Refusal.ofField(
              RefusalCode.JOB_NOT_FOUND,
              "id",
              "'%s' is no job id and not the beginning of one".formatted(idOrPrefix),
              "Give an id as 'job ps' prints it, or its first characters."));
    }
    return store
        .byPrefix(prefix, 2)
        .thenApply(found ->
            switch (found.size()) {
              case 1 -> Reply.done(found.getFirst());
              case 0 ->
                  Reply.refused(
                      Refusal.of(
                          RefusalCode.JOB_NOT_FOUND,
                          "no job's id begins with '%s'".formatted(idOrPrefix),
                          "List the jobs that exist."));
              default ->
                  Reply.refused(
                      Refusal.of(
                          RefusalCode.JOB_AMBIGUOUS,
                          "several jobs' ids begin with '%s'".formatted(idOrPrefix),
                          "Give more characters."));
            });
  }

  @Override
  public CompletionStage<Reply<JobView>> get(JobId id) {
    return actors
        .current(id)
        .map(row -> CompletableFuture.completedFuture(Optional.of(row)).minimalCompletionStage())
        .orElseGet(() -> store.load(id))
        .thenCompose(
            found -> found.map(this::view).orElseGet(() -> refused(Sentences.notFound(id))));
  }

  private CompletionStage<Reply<JobView>> view(StoredJob row) {
    return definitions
        .of(row.job().definition())
        .thenCombine(
            store.inputs(row.job().id()),
            (definition, inputs) ->
                Reply.done(new JobView(row.job(), definition, inputs.orElse(JobInputs.NONE))));
  }

  @Override
  public CompletionStage<Reply<List<JobListing>>> list(
      JobStore.JobFilter filter, Optional<JobId> before, int limit) {
    return store.list(filter, before, limit).thenApply(Reply::done);
  }

  @Override
  public CompletionStage<Reply<Integer>> signal(
      JobId id, String name, JsonText payload, Optional<IdempotentRequest> idempotent) {
    return actors
        .ask(id, new JobEvent.SignalSent(name, payload), idempotent)
        .thenApply(reply -> reply.map(answer -> ((Answer.SignalAccepted) answer).sequence()));
  }

  @Override
  public CompletionStage<Reply<JobView>> wake(JobId id, Optional<IdempotentRequest> idempotent) {
    return thenShow(id, new JobEvent.WakeAsked(), idempotent);
  }

  @Override
  public CompletionStage<Reply<JobView>> cancel(
      JobId id, String by, Optional<IdempotentRequest> idempotent) {
    return thenShow(id, new JobEvent.CancelAsked(by), idempotent);
  }

  @Override
  public CompletionStage<Reply<JobView>> retry(
      JobId id,
      boolean fromStart,
      Optional<SnapshotNumber> from,
      Optional<IdempotentRequest> idempotent) {
    if (from.isEmpty()) {
      return thenShow(id, new JobEvent.RetryAsked(fromStart, Optional.empty()), idempotent);
    }
    SnapshotNumber number = from.orElseThrow();
    return store
        .snapshots(id)
        .thenCompose(snapshots -> {
          Optional<SnapshotRef> ref =
              snapshots.stream()
                  .map(SnapshotRecord::ref)
                  .filter(r -> r.number().equals(number))
                  .findFirst();
          return ref.isPresent()
              ? thenShow(id, new JobEvent.RetryAsked(false, ref), idempotent)
              : refused(Sentences.noSnapshot(id, number));
        });
  }

  private CompletionStage<Reply<JobView>> thenShow(
      JobId id, JobEvent event, Optional<IdempotentRequest> idempotent) {
    return actors
        .ask(id, event, idempotent)
        .thenCompose(reply ->
            switch (reply) {
              case Reply.Done<Answer> _ -> get(id);
              case Reply.Refused<Answer>(Refusal why) -> refused(why);
            });
  }

  @Override
  public CompletionStage<Reply<JobId>> remove(JobId id) {
    return actors.ask(id, new JobEvent.RemoveAsked()).thenApply(reply -> reply.map(_ -> id));
  }

  @Override
  public CompletionStage<Reply<JobView>> awaitEnd(JobId id, Duration patience) {
    EndWatch.Watch watch = ends.watch(id);
    return get(id)
        .thenCompose(now -> {
          boolean over =
              !(now instanceof Reply.Done<JobView>(JobView view))
                  || view.job().state().phase().kind() == JobPhase.Kind.ENDED;
          if (over || patience.isZero()) {
            return CompletableFuture.completedFuture(now);
          }
          Alarms.Alarm alarm =
              alarms.at(clock.instant().plus(patience), () -> watch.end().complete(null));
          return watch.end().whenComplete((_, _) -> alarm.cancel()).thenCompose(_ -> get(id));
        })
        .whenComplete((_, _) -> ends.forget(watch));
  }

  @Override
  public CompletionStage<Reply<List<SnapshotRecord>>> snapshots(JobId id) {
    Function<Optional<StoredJob>, CompletionStage<Reply<List<SnapshotRecord>>>> list =
        found ->
            found.isPresent()
                ? store.snapshots(id).thenApply(Reply::done)
                : refused(Sentences.notFound(id));
    return store.load(id).thenCompose(list);
  }

  @Override
  public CompletionStage<List<RecordedHappening>> happenings(
      Optional<JobId> job, long afterSequence, int limit, Duration patience) {
    return feed.after(job, afterSequence, limit, patience);
  }

  @Override
  public CompletionStage<Long> lastSequence() {
    return store.lastSequence();
  }

  @Override
  public EngineStats stats() {
    return stats.get();
  }

  private static <T> CompletionStage<Reply<T>> refused(Refusal why) {
    return CompletableFuture.completedFuture(Reply.refused(why));
  }
}
