package torpor.api.fake;

import static torpor.api.fake.FakeDefinitions.done;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import torpor.core.definition.JsonText;
import torpor.core.job.Answer;
import torpor.core.job.CheckpointLock;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.wake.Signal;
import torpor.core.wake.Wake;
import torpor.engine.guest.GuestCalls;
import torpor.engine.guest.GuestMetadata;

/// One running program, in its second life. Checkpoints are settled by hand when a test says so,
/// else at once; the same token always joins the same one.
public final class FakeGuests implements GuestCalls {
  public static final Signal SIGNAL =
      new Signal(7, "go", new JsonText("{\"n\":1.10}"), SampleJobs.SPAWNED, false);

  public final Queue<JobEvent> asked = new ConcurrentLinkedQueue<>();
  public final AtomicInteger checkpoints = new AtomicInteger();
  public volatile CompletableFuture<Void> settled = CompletableFuture.completedFuture(null);
  private final Map<String, CompletableFuture<Reply<Answer.Checkpointed>>> tokens =
      new ConcurrentHashMap<>();
  private final Map<String, CheckpointLock> locks = new ConcurrentHashMap<>();
  private final Queue<Signal> inbox = new ConcurrentLinkedQueue<>(List.of(SIGNAL));

  @Override
  public CompletionStage<Reply<Answer.Checkpointed>> checkpoint(
      JobId job, JobEvent.CheckpointAsked event) {
    asked.add(event);
    return tokens.computeIfAbsent(
        event.token().text(),
        _ -> {
          int number = checkpoints.incrementAndGet();
          Optional<Wake> wake =
              event
                  .waker()
                  .map(w -> w.signal().isPresent() ? new Wake.BySignal(SIGNAL) : new Wake.Timer());
          return settled.thenApply(_ ->
              Reply.done(
                  new Answer.Checkpointed(
                      event.token(),
                      new SnapshotNumber(number),
                      new Generation(2),
                      Optional.of(SnapshotNumber.FIRST),
                      wake)));
        });
  }

  @Override
  public CompletionStage<Reply<Answer.Locked>> lock(JobId job, JobEvent.LockAsked event) {
    asked.add(event);
    CheckpointLock lock = new CheckpointLock(event.lockId(), SampleJobs.SPAWNED.plus(event.ttl()));
    locks.put(lock.id(), lock);
    return done(new Answer.Locked(lock));
  }

  @Override
  public CompletionStage<Reply<Answer.Done>> unlock(JobId job, JobEvent.UnlockAsked event) {
    return locks.remove(event.lockId()) == null
        ? FakeDefinitions.refused(
            Refusal.of(RefusalCode.LOCK_NOT_FOUND, "No such lock", "Nothing to do."))
        : done(new Answer.Done());
  }

  @Override
  public CompletionStage<Reply<Answer.Done>> exit(JobId job, JobEvent.ExitAsked event) {
    asked.add(event);
    return done(new Answer.Done());
  }

  @Override
  public CompletionStage<Reply<List<Signal>>> signals(JobId job, JobEvent.SignalsAsked event) {
    asked.add(event);
    boolean untaken = inbox.poll() != null;
    boolean again = event.after().isPresent() && event.after().getAsInt() < SIGNAL.sequence();
    if (untaken || again) {
      return done(List.of(SIGNAL));
    }
    return new CompletableFuture<Reply<List<Signal>>>()
        .completeOnTimeout(
            Reply.done(List.of()), event.patience().toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public CompletionStage<Reply<Answer.Done>> progress(JobId job, JobEvent.ProgressMade event) {
    asked.add(event);
    return done(new Answer.Done());
  }

  @Override
  public CompletionStage<Reply<JsonText>> params(JobId job) {
    return done(new JsonText("{\"steps\": 3, \"rate\": 1.10}"));
  }

  @Override
  public CompletionStage<Reply<GuestMetadata>> metadata(JobId job) {
    return done(
        new GuestMetadata(
            job,
            "hello",
            "1",
            2,
            new Generation(2),
            Optional.of(SnapshotNumber.FIRST),
            Optional.of(SampleJobs.snapshot()),
            Instant.parse("2026-11-20T08:00:00Z"),
            Map.of("team", "search")));
  }
}
