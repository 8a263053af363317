package torpor.engine.instance;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstanceState;
import torpor.core.instance.operation.InstanceChange;
import torpor.core.instance.operation.InstanceDecision;
import torpor.core.instance.operation.InstanceEffect;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.instance.operation.Operation;
import torpor.core.instance.operation.OperationRules;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.actor.Sentences;
import torpor.engine.clock.Alarms;
import torpor.engine.serial.Lanes;
import torpor.engine.store.Idempotency;
import torpor.engine.store.InstanceCommit;
import torpor.engine.store.InstanceStore;
import torpor.engine.store.InstanceTransition;
import torpor.engine.store.StoreFailure;
import torpor.engine.store.StoredInstance;
import torpor.engine.store.Version;
import torpor.engine.volume.VolumeLedger;

/// The one place where hand-driven instances change: in turns, one at a time per instance.
final class InstanceActors {
  private static final Logger log = LoggerFactory.getLogger(InstanceActors.class);
  private static final Duration STORE_AGAIN = Duration.ofSeconds(1);

  private final InstanceStore store;
  private final VolumeLedger volumes;
  private final Aftermath after;
  private final InstantSource clock;
  private final Alarms alarms;
  private final Lanes<InstanceId> turns;
  private final ConcurrentMap<InstanceId, StoredInstance> known = new ConcurrentHashMap<>();

  /// What follows from a durable change.
  interface Aftermath {
    /// @param now empty where the instance does not exist any more
    void changed(Instance before, Optional<Instance> now);

    void act(Instance instance, InstanceEffect effect);

    void fenced(String detail);
  }

  InstanceActors(
      InstanceStore store,
      VolumeLedger volumes,
      Aftermath after,
      InstantSource clock,
      Alarms alarms,
      Executor threads) {
    this.store = store;
    this.volumes = volumes;
    this.after = after;
    this.clock = clock;
    this.alarms = alarms;
    this.turns = new Lanes<>(threads);
  }

  /// What the store has, before anything else happens.
  void loaded(List<StoredInstance> rows) {
    rows.forEach(row -> known.put(row.instance().id(), row));
  }

  Optional<Instance> current(InstanceId id) {
    return Optional.ofNullable(known.get(id)).map(StoredInstance::instance);
  }

  Collection<StoredInstance> all() {
    return List.copyOf(known.values());
  }

  /// Writes a new instance; nobody can have asked anything of it yet.
  CompletionStage<InstanceCommit> insert(
      InstanceDecision.Accepted created, Optional<Idempotency> idempotency) {
    return store
        .commit(
            new InstanceTransition(
                created.next(),
                Version.ABSENT,
                created.changes(),
                created.happenings(),
                idempotency,
                clock.instant()))
        .thenApply(outcome -> {
          if (outcome instanceof InstanceCommit.Committed(Version version)) {
            known.put(created.next().id(), new StoredInstance(created.next(), version));
            after.changed(created.next(), Optional.of(created.next()));
            created.effects().forEach(effect -> after.act(created.next(), effect));
          }
          return outcome;
        });
  }

  /// Puts an event to the instance. The reply, the instance as it then is, comes after the commit;
  /// a store that does not answer is asked until it does.
  CompletionStage<Reply<Instance>> ask(InstanceId id, InstanceEvent event) {
    CompletableFuture<Reply<Instance>> reply = new CompletableFuture<>();
    turns.queue(id, () -> turn(id, event, reply));
    return reply;
  }

  private CompletionStage<?> turn(
      InstanceId id, InstanceEvent event, CompletableFuture<Reply<Instance>> reply) {
    StoredInstance row = known.get(id);
    if (row == null) {
      reply.complete(Reply.refused(notFound(id.toString())));
      return CompletableFuture.completedFuture(null);
    }
    return switch (OperationRules.decide(row.instance(), event, clock.instant())) {
      case InstanceDecision.Nothing _ -> answered(reply, Reply.done(row.instance()));
      case InstanceDecision.Rejected(Refusal why) -> answered(reply, Reply.refused(why));
      case InstanceDecision.Accepted accepted ->
          claimed(row.instance(), accepted.next())
              .thenCompose(refused ->
                  refused
                      .<CompletionStage<?>>map(why -> answered(reply, Reply.refused(why)))
                      .orElseGet(() -> committed(row, event, accepted, reply)));
    };
  }

  private CompletionStage<?> committed(
      StoredInstance row,
      InstanceEvent event,
      InstanceDecision.Accepted accepted,
      CompletableFuture<Reply<Instance>> reply) {
    return commit(row, accepted, givesUp(event))
        .<CompletionStage<?>>handle((outcome, full) ->
            full == null
                ? settled(row.instance().id(), event, outcome, accepted, reply)
                : event instanceof InstanceEvent.SnapshotTaken taken
                    ? withoutSnapshot(row.instance(), taken, full, reply)
                    : unchanged(row.instance(), accepted.next(), full, reply))
        .thenCompose(done -> done);
  }

  /// What waits for room in the store, and what does not: who asks is refused, and a machine does
  /// not stand still for a snapshot that cannot be named. What else has happened is written as soon
  /// as there is room.
  private static boolean givesUp(InstanceEvent event) {
    return event instanceof InstanceEvent.FromCaller
        || event instanceof InstanceEvent.SnapshotTaken;
  }

  /// The snapshot makes room, and the machine goes on before that is written: the row says that it
  /// runs, as it would be found after a crash.
  private CompletionStage<?> withoutSnapshot(
      Instance now,
      InstanceEvent.SnapshotTaken taken,
      Throwable full,
      CompletableFuture<Reply<Instance>> reply) {
    after.act(now, new InstanceEffect.DropSnapshot(taken.number()));
    boolean isAwaited =
        now.operation().filter(o -> o.snapshot().equals(Optional.of(taken.number()))).isPresent();
    if (isAwaited && now.state() instanceof InstanceState.Running) {
      after.act(now, new InstanceEffect.ResumeMachine(taken.generation()));
    }
    Refusal why = Sentences.storeFailed(full);
    InstanceEvent failed =
        new InstanceEvent.SnapshotFailed(taken.generation(), taken.number(), why, false);
    return turn(now.id(), failed, reply);
  }

  /// What was claimed for the change is given back before the refusal is answered.
  private CompletionStage<?> unchanged(
      Instance now, Instance refused, Throwable full, CompletableFuture<Reply<Instance>> reply) {
    volumes.changed(refused, Optional.of(now));
    return answered(reply, Reply.refused(Sentences.storeFailed(full)));
  }

  /// What begins to use its volumes, or gets others, has to be let have them first.
  private CompletionStage<Optional<Refusal>> claimed(Instance before, Instance next) {
    boolean begins =
        next.operations() > before.operations()
            && next.operation()
                .filter(o -> o.kind() == Operation.Kind.START || o.kind() == Operation.Kind.RESTORE)
                .isPresent();
    return begins || !next.spec().volumes().equals(before.spec().volumes())
        ? volumes.claim(Optional.of(before), next)
        : CompletableFuture.completedFuture(Optional.empty());
  }

  private static CompletionStage<?> answered(
      CompletableFuture<Reply<Instance>> reply, Reply<Instance> answer) {
    reply.complete(answer);
    return CompletableFuture.completedFuture(null);
  }

  /// The outcome; where the store could not say, what the row says once it answers again.
  ///
  /// @param givesUp where the store has no room: fails then, and nothing has changed
  private CompletionStage<InstanceCommit> commit(
      StoredInstance row, InstanceDecision.Accepted accepted, boolean givesUp) {
    return store
        .commit(
            new InstanceTransition(
                accepted.next(),
                row.version(),
                accepted.changes(),
                accepted.happenings(),
                Optional.empty(),
                clock.instant()))
        .exceptionallyCompose(failure -> {
          log.warn("{}: the store did not answer: {}", row.instance().id(), failure.toString());
          return givesUp && isFull(failure)
              ? readBack(row, accepted, () -> CompletableFuture.failedFuture(failure))
              : later().thenCompose(_ -> readBack(row, accepted, again(row, accepted, givesUp)));
        });
  }

  private static boolean isFull(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof StoreFailure store && store.kind() == StoreFailure.Kind.NO_SPACE;
  }

  private Supplier<CompletionStage<InstanceCommit>> again(
      StoredInstance row, InstanceDecision.Accepted accepted, boolean givesUp) {
    return () -> commit(row, accepted, givesUp);
  }

  /// @param untouched what follows where the commit has not happened
  private CompletionStage<InstanceCommit> readBack(
      StoredInstance row,
      InstanceDecision.Accepted accepted,
      Supplier<CompletionStage<InstanceCommit>> untouched) {
    return store
        .load(row.instance().id())
        .<Supplier<CompletionStage<InstanceCommit>>>handle((found, failure) -> {
          if (failure != null) {
            return () -> later().thenCompose(_ -> readBack(row, accepted, untouched));
          }
          boolean removed = accepted.changes().contains(new InstanceChange.Removed());
          boolean happened =
              found
                  .map(now ->
                      now.version().equals(row.version().next())
                          && now.instance().equals(accepted.next()))
                  .orElse(removed);
          if (happened) {
            return () ->
                CompletableFuture.completedFuture(
                    new InstanceCommit.Committed(row.version().next()));
          }
          return found.filter(now -> now.version().equals(row.version())).isPresent()
              ? untouched
              : () -> CompletableFuture.completedFuture(new InstanceCommit.Stale());
        })
        .thenCompose(Supplier::get);
  }

  private CompletionStage<Void> later() {
    CompletableFuture<Void> over = new CompletableFuture<>();
    alarms.at(clock.instant().plus(STORE_AGAIN), () -> over.complete(null));
    return over;
  }

  private CompletionStage<?> settled(
      InstanceId id,
      InstanceEvent event,
      InstanceCommit outcome,
      InstanceDecision.Accepted accepted,
      CompletableFuture<Reply<Instance>> reply) {
    switch (outcome) {
      case InstanceCommit.Committed(Version version) -> {
        become(id, accepted, version);
        reply.complete(Reply.done(accepted.next()));
      }
      case InstanceCommit.Stale _ -> {
        // Somebody else writes our rows: only a newer owner of this node may.
        log.error("{} was changed by somebody else; {} is dropped", id, name(event));
        reply.complete(Reply.refused(Sentences.fenced("its rows were changed by another daemon")));
      }
      case InstanceCommit.Fenced(String detail) -> {
        after.fenced(detail);
        reply.complete(Reply.refused(Sentences.fenced(detail)));
      }
      case InstanceCommit.Repeated _,
          InstanceCommit.NameTaken _,
          InstanceCommit.SlotTaken _,
          InstanceCommit.PortTaken _ ->
          throw new IllegalStateException(
              "an update of %s was answered with %s".formatted(id, outcome));
    }
    return CompletableFuture.completedFuture(null);
  }

  private static String name(InstanceEvent event) {
    return event.getClass().getSimpleName();
  }

  private void become(InstanceId id, InstanceDecision.Accepted accepted, Version version) {
    StoredInstance before = known.get(id);
    boolean removed = accepted.changes().contains(new InstanceChange.Removed());
    if (removed) {
      known.remove(id);
    } else {
      known.put(id, new StoredInstance(accepted.next(), version));
    }
    after.changed(
        before == null ? accepted.next() : before.instance(),
        removed ? Optional.empty() : Optional.of(accepted.next()));
    accepted.effects().forEach(effect -> after.act(accepted.next(), effect));
  }

  static Refusal notFound(String what) {
    return Refusal.of(
        RefusalCode.INSTANCE_NOT_FOUND,
        "there is no instance " + what,
        "List the instances that exist.");
  }
}
