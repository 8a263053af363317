package torpor.api.fake;

import static torpor.api.fake.FakeDefinitions.done;
import static torpor.api.fake.FakeDefinitions.refused;

import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import torpor.core.definition.Definition;
import torpor.core.definition.JsonText;
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
import torpor.core.snapshot.SnapshotNumber;
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
  private final FakeDefinitions definitions;
  private final NavigableMap<JobId, JobView> jobs = new TreeMap<>();
  private final FakeHistory history = new FakeHistory();
  private final FakeIdempotency idempotency = new FakeIdempotency();
  private Optional<RuntimeException> fault = Optional.empty();
  private Runnable beforeCancel = () -> {};
  private int next;

  public FakeJobs(FakeDefinitions definitions) {
    this.definitions = definitions;
  }

  public synchronized void clear() {
    jobs.clear();
    history.clear();
    idempotency.clear();
    next = 0;
  }

  /// From now on every look at a job fails.
  public synchronized void breakWith(RuntimeException why) {
    fault = Optional.of(why);
  }

  /// Something that comes between a caller's look at a job and its cancellation.
  public synchronized void beforeCancel(Runnable event) {
    beforeCancel = event;
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
                Optional.of(SampleJobs.snapshot()),
                List.of(),
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

  public void happened(JobId id, String kind) {
    history.happened(id, kind);
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
    boolean before = request.idempotent().map(idempotency::knows).orElse(false);
    return idempotency.once(
        request.idempotent(),
        () -> {
          JobId id = SampleJobs.id(next++);
          Job job =
              Job.spawned(
                  id,
                  definition.id(),
                  SampleJobs.SPAWNED,
                  request.timeout().map(SampleJobs.SPAWNED::plus));
          jobs.put(id, new JobView(job, definition, request.inputs()));
          happened(id, Happening.SPAWNED);
          return Reply.done(id);
        },
        id -> new Spawned((JobId) id, before));
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
                    SampleJobs.SPAWNED))
            .toList());
  }

  @Override
  public synchronized CompletionStage<Reply<Integer>> signal(
      JobId id, String name, JsonText payload, Optional<IdempotentRequest> idempotent) {
    return jobs.containsKey(id)
        ? idempotency.once(
            idempotent,
            () -> {
              happened(id, Happening.SIGNALLED);
              return Reply.done((int) history.last());
            },
            Integer.class::cast)
        : refused(notFound(id.toString()));
  }

  @Override
  public synchronized CompletionStage<Reply<JobView>> wake(
      JobId id, Optional<IdempotentRequest> idempotent) {
    return move(
        id, idempotent, JobPhase.SUSPENDED, RefusalCode.JOB_NOT_SUSPENDED, SampleJobs.restoring());
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
            new JobState.Cancelled(by, SampleJobs.SPAWNED));
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
        fromStart ? new JobState.Starting(SampleJobs.SPAWNED) : SampleJobs.restoring());
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
    return idempotency.once(
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
    // Taken before the look, so that no change after it goes unheard.
    CompletableFuture<Void> changed = history.next();
    JobView view;
    synchronized (this) {
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
    return done(SampleJobs.snapshots());
  }

  @Override
  public CompletionStage<List<RecordedHappening>> happenings(
      Optional<JobId> job, long afterSequence, int limit, Duration patience) {
    return history.after(job, afterSequence, limit, patience);
  }

  @Override
  public CompletionStage<Long> lastSequence() {
    return CompletableFuture.completedFuture(history.last());
  }

  @Override
  public EngineStats stats() {
    return new EngineStats(1, 2, 3, 4, 5, 6, 7_000_000);
  }

  /// What a job was given, for looking at in tests.
  public synchronized JobInputs inputs(JobId id) {
    return view(id).inputs();
  }
}
