package torpor.api.fake;

import static torpor.api.fake.FakeDefinitions.done;
import static torpor.api.fake.FakeDefinitions.refused;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import torpor.core.definition.Definition;
import torpor.core.definition.JsonText;
import torpor.core.job.ExitResult;
import torpor.core.job.Happening;
import torpor.core.job.Job;
import torpor.core.job.JobId;
import torpor.core.job.JobPhase;
import torpor.core.job.JobState;
import torpor.core.job.Tally;
import torpor.core.machine.Generation;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.retry.Failure;
import torpor.core.retry.TerminationReason;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.snapshot.Token;
import torpor.engine.caller.EngineStats;
import torpor.engine.caller.IdempotentRequest;
import torpor.engine.caller.JobView;
import torpor.engine.caller.Jobs;
import torpor.engine.caller.SpawnRequest;
import torpor.engine.caller.Spawned;
import torpor.engine.store.JobInputs;
import torpor.engine.store.JobListing;
import torpor.engine.store.JobStore;
import torpor.engine.store.RecordedHappening;
import torpor.engine.store.SnapshotRecord;

/// Jobs that stay in the state a test puts them in. Calls with an idempotency key are remembered.
public final class FakeJobs implements Jobs {
  public static final Instant SPAWNED = Instant.parse("2026-11-20T08:00:00Z");

  private final FakeDefinitions definitions;
  private final NavigableMap<JobId, JobView> jobs = new TreeMap<>();
  private final List<RecordedHappening> history = new ArrayList<>();
  private final Map<String, Remembered> remembered = new ConcurrentHashMap<>();
  private CompletableFuture<Void> news = new CompletableFuture<>();
  private Optional<RuntimeException> fault = Optional.empty();
  private Runnable beforeCancel = () -> {};
  private int next;

  private record Remembered(String fingerprint, Object answer) {}

  public FakeJobs(FakeDefinitions definitions) {
    this.definitions = definitions;
  }

  public synchronized void clear() {
    jobs.clear();
    history.clear();
    remembered.clear();
    next = 0;
  }

  /// From now on every look at a job fails.
  public synchronized void breakWith(RuntimeException why) {
    fault = Optional.of(why);
  }

  /// The n-th id that is given out, from 0. Something that comes between a caller's look at a job
  /// and its cancellation.
  public synchronized void beforeCancel(Runnable event) {
    beforeCancel = event;
  }

  /// The n-th id that is given out, from 0.
  public static JobId id(int n) {
    return new JobId("01jd0000000000000000000%03d".formatted(n));
  }

  public synchronized void put(JobId id, JobState state) {
    JobView old = jobs.get(id);
    if (old == null) {
      throw new IllegalStateException("no job " + id);
    }
    Job job = old.job();
    jobs.put(
        id,
        new JobView(
            new Job(
                id,
                job.definition(),
                job.spawnedAt(),
                job.deadline(),
                new Tally(new Generation(2), 2, 1, 0),
                Optional.of(snapshot()),
                1,
                List.of(),
                0,
                List.of(),
                job.progress(),
                state),
            old.definition(),
            old.inputs()));
    happened(id, "job." + state.phase().text());
  }

  public static SnapshotRef snapshot() {
    return new SnapshotRef(
        SnapshotNumber.FIRST,
        Instant.parse("2026-11-20T08:05:00Z"),
        new Token("step-1"),
        Optional.empty());
  }

  public synchronized void happened(JobId id, String kind) {
    history.add(
        new RecordedHappening(
            history.size() + 1L, id, SPAWNED, Happening.of(kind, "generation", "1")));
    CompletableFuture<Void> told = news;
    news = new CompletableFuture<>();
    told.complete(null);
  }

  @Override
  public synchronized CompletionStage<Reply<Spawned>> spawn(SpawnRequest request) {
    return definitions
        .find(request.definition(), request.version())
        .map(definition -> spawn(request, definition))
        .orElseGet(() ->
            refused(
                Refusal.of(
                    RefusalCode.DEFINITION_NOT_FOUND,
                    "There is no definition " + request.definition(),
                    "Add it.")));
  }

  private CompletionStage<Reply<Spawned>> spawn(SpawnRequest request, Definition definition) {
    boolean before = request.idempotent().map(r -> remembered.containsKey(r.key())).orElse(false);
    return once(
        request.idempotent(),
        () -> {
          JobId id = id(next++);
          Job job = Job.spawned(id, definition.id(), SPAWNED, request.timeout().map(SPAWNED::plus));
          jobs.put(id, new JobView(job, definition, request.inputs()));
          happened(id, Happening.SPAWNED);
          return Reply.done(id);
        },
        id -> new Spawned((JobId) id, before));
  }

  private <T> CompletionStage<Reply<T>> once(
      Optional<IdempotentRequest> idempotent,
      Supplier<Reply<?>> work,
      java.util.function.Function<Object, T> answer) {
    if (idempotent.isPresent()) {
      IdempotentRequest request = idempotent.orElseThrow();
      Remembered first = remembered.get(request.key());
      if (first != null) {
        return first.fingerprint().equals(request.fingerprint())
            ? done(answer.apply(first.answer()))
            : refused(
                Refusal.of(
                    RefusalCode.IDEMPOTENCY_KEY_REUSED,
                    "The key was used for another request",
                    "Use a new key."));
      }
    }
    return switch (work.get()) {
      case Reply.Done<?>(Object value) -> {
        idempotent.ifPresent(r -> remembered.put(r.key(), new Remembered(r.fingerprint(), value)));
        yield done(answer.apply(value));
      }
      case Reply.Refused<?>(Refusal refusal) -> refused(refusal);
    };
  }

  @Override
  public synchronized CompletionStage<Reply<JobId>> resolve(String idOrPrefix) {
    List<JobId> found =
        jobs.keySet().stream()
            .filter(id -> id.toString().startsWith(idOrPrefix) || id.ulid().startsWith(idOrPrefix))
            .toList();
    return switch (found.size()) {
      case 0 -> refused(notFound(idOrPrefix));
      case 1 -> done(found.getFirst());
      default ->
          refused(
              Refusal.of(
                  RefusalCode.JOB_AMBIGUOUS,
                  found.size() + " jobs begin with " + idOrPrefix,
                  "Give more of the id."));
    };
  }

  @Override
  public synchronized CompletionStage<Reply<JobView>> get(JobId id) {
    if (fault.isPresent()) {
      return CompletableFuture.failedFuture(fault.orElseThrow());
    }
    JobView view = jobs.get(id);
    return view == null ? refused(notFound(id.toString())) : done(view);
  }

  private static Refusal notFound(String id) {
    return Refusal.of(RefusalCode.JOB_NOT_FOUND, "There is no job " + id, "List the jobs.");
  }

  @Override
  public synchronized CompletionStage<Reply<List<JobListing>>> list(
      JobStore.JobFilter filter, Optional<JobId> before, int limit) {
    return done(
        jobs.descendingMap().values().stream()
            .filter(v -> before.map(id -> v.job().id().compareTo(id) < 0).orElse(true))
            .filter(
                v -> filter.phases().isEmpty() || filter.phases().contains(v.job().state().phase()))
            .filter(v -> filter.definition().map(v.definition().name()::equals).orElse(true))
            .limit(limit)
            .map(v ->
                new JobListing(
                    v.job(),
                    v.definition().name().text(),
                    v.definition().version(),
                    v.inputs().metadata(),
                    SPAWNED))
            .toList());
  }

  @Override
  public synchronized CompletionStage<Reply<Integer>> signal(
      JobId id, String name, JsonText payload, Optional<IdempotentRequest> idempotent) {
    return jobs.containsKey(id)
        ? once(
            idempotent,
            () -> {
              happened(id, Happening.SIGNALLED);
              return Reply.done(history.size());
            },
            Integer.class::cast)
        : refused(notFound(id.toString()));
  }

  @Override
  public synchronized CompletionStage<Reply<JobView>> wake(
      JobId id, Optional<IdempotentRequest> idempotent) {
    return move(id, idempotent, JobPhase.SUSPENDED, RefusalCode.JOB_NOT_SUSPENDED, restoring());
  }

  @Override
  public synchronized CompletionStage<Reply<JobView>> cancel(
      JobId id, String by, Optional<IdempotentRequest> idempotent) {
    beforeCancel.run();
    JobView view = jobs.get(id);
    return view == null || view.job().state().phase().kind() == JobPhase.Kind.ENDED
        ? refused(view == null ? notFound(id.toString()) : ended(id))
        : move(
            id,
            idempotent,
            view.job().state().phase(),
            RefusalCode.JOB_ENDED,
            new JobState.Cancelled(by, SPAWNED));
  }

  @Override
  public synchronized CompletionStage<Reply<JobView>> retry(
      JobId id,
      boolean fromStart,
      Optional<SnapshotNumber> from,
      Optional<IdempotentRequest> idempotent) {
    if (from.isPresent() && !from.orElseThrow().equals(SnapshotNumber.FIRST)) {
      return refused(
          Refusal.of(RefusalCode.SNAPSHOT_NOT_FOUND, "There is no such snapshot", "List them."));
    }
    return move(
        id,
        idempotent,
        JobPhase.FAILED,
        RefusalCode.JOB_NOT_FAILED,
        fromStart ? new JobState.Starting(SPAWNED) : restoring());
  }

  private static JobState restoring() {
    return new JobState.Restoring(snapshot(), SPAWNED);
  }

  private CompletionStage<Reply<JobView>> move(
      JobId id,
      Optional<IdempotentRequest> idempotent,
      JobPhase from,
      RefusalCode otherwise,
      JobState to) {
    JobView view = jobs.get(id);
    if (view == null) {
      return refused(notFound(id.toString()));
    }
    return once(
        idempotent,
        () -> {
          if (view.job().state().phase() != from) {
            return Reply.refused(
                Refusal.of(
                    otherwise, id + " is " + view.job().state().phase().text(), "Wait for it."));
          }
          put(id, to);
          return Reply.done(id);
        },
        _ -> view(id));
  }

  private JobView view(JobId id) {
    return Optional.ofNullable(jobs.get(id)).orElseThrow();
  }

  private static Refusal ended(JobId id) {
    return Refusal.of(RefusalCode.JOB_ENDED, id + " has ended", "Spawn a new one.");
  }

  @Override
  public synchronized CompletionStage<Reply<JobId>> remove(JobId id) {
    JobView view = jobs.get(id);
    if (view == null) {
      return refused(notFound(id.toString()));
    }
    if (view.job().state().phase().kind() != JobPhase.Kind.ENDED) {
      return refused(
          Refusal.of(RefusalCode.JOB_NOT_ENDED, id + " has not ended", "Cancel it first."));
    }
    jobs.remove(id);
    return done(id);
  }

  @Override
  public CompletionStage<Reply<JobView>> awaitEnd(JobId id, Duration patience) {
    CompletableFuture<Void> changed;
    JobView view;
    synchronized (this) {
      changed = news;
      view = jobs.get(id);
    }
    if (view == null) {
      return refused(notFound(id.toString()));
    }
    if (view.job().state().phase().kind() == JobPhase.Kind.ENDED) {
      return done(view);
    }
    CompletableFuture<Boolean> ring =
        changed
            .thenApply(_ -> true)
            .completeOnTimeout(false, patience.toMillis(), TimeUnit.MILLISECONDS);
    return ring.thenCompose(again -> again ? awaitEnd(id, patience) : get(id));
  }

  @Override
  public CompletionStage<Reply<List<SnapshotRecord>>> snapshots(JobId id) {
    SnapshotRecord second =
        new SnapshotRecord(
            new SnapshotRef(
                new SnapshotNumber(2),
                Instant.parse("2026-11-20T08:10:00Z"),
                new Token("step-2"),
                Optional.empty()),
            new Generation(1),
            Optional.empty(),
            new SnapshotFacts(8192, Optional.of(SnapshotNumber.FIRST)));
    SnapshotRecord first =
        new SnapshotRecord(
            snapshot(),
            new Generation(1),
            Optional.of("half way"),
            new SnapshotFacts(65536, Optional.empty()));
    return done(List.of(second, first));
  }

  @Override
  public CompletionStage<List<RecordedHappening>> happenings(
      Optional<JobId> job, long afterSequence, int limit, Duration patience) {
    List<RecordedHappening> found;
    CompletableFuture<Void> changed;
    synchronized (this) {
      changed = news;
      found =
          history.stream()
              .filter(h -> h.sequence() > afterSequence)
              .filter(h -> job.map(h.job()::equals).orElse(true))
              .limit(limit)
              .toList();
    }
    if (!found.isEmpty() || patience.isZero()) {
      return CompletableFuture.completedFuture(found);
    }
    long started = System.nanoTime();
    CompletableFuture<Boolean> ring =
        changed
            .thenApply(_ -> true)
            .completeOnTimeout(false, patience.toMillis(), TimeUnit.MILLISECONDS);
    return ring.thenCompose(again -> {
      Duration left = patience.minusNanos(System.nanoTime() - started);
      return happenings(
          job, afterSequence, limit, again && left.isPositive() ? left : Duration.ZERO);
    });
  }

  @Override
  public synchronized CompletionStage<Long> lastSequence() {
    return CompletableFuture.completedFuture((long) history.size());
  }

  @Override
  public EngineStats stats() {
    return new EngineStats(1, 2, 3, 4, 5, 6, 7_000_000);
  }

  /// States for tests.
  public static JobState completed() {
    return new JobState.Completed(
        new ExitResult(0, new JsonText("{\"answer\":42}")), Instant.parse("2026-11-20T09:00:00Z"));
  }

  public static JobState failed() {
    return new JobState.Failed(
        new Failure(TerminationReason.EXITED, "the program ended with 3", OptionalInt.of(3)),
        Optional.empty(),
        Instant.parse("2026-11-20T09:00:00Z"));
  }

  public static JobState suspended() {
    return new JobState.Suspended(
        snapshot(),
        new torpor.core.wake.Waker(
            Optional.of(Instant.parse("2026-11-20T11:05:00Z")), Optional.of("go")),
        Instant.parse("2026-11-20T08:05:01Z"));
  }

  /// What a job was given, for looking at in tests.
  public synchronized JobInputs inputs(JobId id) {
    return view(id).inputs();
  }
}
