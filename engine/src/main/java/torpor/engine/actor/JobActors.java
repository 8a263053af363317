package torpor.engine.actor;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import torpor.core.job.Answer;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;
import torpor.core.refusal.Reply;
import torpor.engine.caller.IdempotentRequest;
import torpor.engine.clock.Alarms;
import torpor.engine.clock.Chance;
import torpor.engine.definition.DefinitionShelf;
import torpor.engine.effect.Acting;
import torpor.engine.store.JobStore;
import torpor.engine.store.StoredJob;

/// The jobs in memory. An event for a job that is not brings it in; a job with nothing to hold on
/// to goes out again.
public final class JobActors {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ConcurrentMap<JobId, JobActor> actors = new ConcurrentHashMap<>();
  private final Surroundings with;

  public JobActors(
      JobStore store,
      DefinitionShelf definitions,
      Acting acting,
      DurableListener durable,
      InstantSource clock,
      Alarms alarms,
      Chance chance,
      Executor threads) {
    this.with =
        new Surroundings(
            store,
            definitions,
            acting,
            durable,
            clock,
            alarms,
            chance,
            threads,
            this::post,
            new StoreHealth());
  }

  /// The one way to make something happen to a job. The reply comes after the commit.
  public CompletionStage<Reply<Answer>> ask(
      JobId id, JobEvent event, Optional<IdempotentRequest> idempotent) {
    return deliver(id, event, idempotent, Optional.empty());
  }

  public CompletionStage<Reply<Answer>> ask(JobId id, JobEvent event) {
    return ask(id, event, Optional.empty());
  }

  /// As [#ask], for a job whose row has just been written or read.
  public CompletionStage<Reply<Answer>> ask(StoredJob row, JobEvent event) {
    return deliver(row.job().id(), event, Optional.empty(), Optional.of(row));
  }

  /// Tells many jobs that their time has come, reading them in one go.
  public CompletionStage<Void> fireTimers(List<JobId> due) {
    return with.store()
        .loadAll(due)
        .thenComposeAsync(
            rows -> {
              List<CompletableFuture<?>> decided = new ArrayList<>();
              for (StoredJob row : rows) {
                decided.add(ask(row, new JobEvent.TimerFired()).toCompletableFuture());
              }
              return soon(CompletableFuture.allOf(decided.toArray(CompletableFuture[]::new)));
            },
            with.threads());
  }

  /// One job that cannot be decided must not hold up the next timers of those it was fired with.
  private CompletableFuture<Void> soon(CompletableFuture<Void> all) {
    Alarms.Alarm alarm =
        with.alarms().at(with.clock().instant().plus(PATIENCE), () -> all.complete(null));
    return all.whenComplete((_, _) -> alarm.cancel());
  }

  private CompletionStage<Reply<Answer>> deliver(
      JobId id,
      JobEvent event,
      Optional<IdempotentRequest> idempotent,
      Optional<StoredJob> preloaded) {
    CompletableFuture<Reply<Answer>> reply = new CompletableFuture<>();
    post(id, new Mail(event, idempotent, preloaded, with.clock().instant(), reply));
    return reply;
  }

  /// Adding and forgetting exclude each other per job, so no mail goes to a forgotten actor.
  private void post(JobId id, Mail mail) {
    boolean[] first = new boolean[1];
    JobActor receiver =
        actors.compute(
            id,
            (_, present) -> {
              JobActor actor = present == null ? new JobActor(id, with, this::idle) : present;
              first[0] = actor.mailbox().add(mail);
              return actor;
            });
    if (first[0] && receiver != null) {
      receiver.mailbox().wakeUp();
    }
  }

  private void idle(JobActor actor) {
    actors.computeIfPresent(actor.id(), (_, now) -> now == actor && now.forgettable() ? null : now);
  }

  /// The job as this daemon knows it, progress included, where it is in memory; as durable as the
  /// last commit.
  public Optional<StoredJob> current(JobId id) {
    return Optional.ofNullable(actors.get(id)).flatMap(JobActor::current);
  }

  /// Jobs in memory.
  public int size() {
    return actors.size();
  }
}
