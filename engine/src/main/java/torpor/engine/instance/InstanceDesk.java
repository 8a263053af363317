package torpor.engine.instance;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstancePhase;
import torpor.core.instance.health.Health;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.instance.operation.Operation;
import torpor.core.instance.operation.Outcome;
import torpor.core.instance.spec.Origin;
import torpor.core.job.JobId;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.engine.caller.Idleness;
import torpor.engine.caller.InstanceRequest;
import torpor.engine.caller.Instances;
import torpor.engine.image.ImageView;
import torpor.engine.network.NetworkPlace;
import torpor.engine.store.InstanceStore;
import torpor.engine.store.SnapshotRecord;
import torpor.engine.store.StoredInstance;

/// Where callers of hand-driven instances are served.
final class InstanceDesk implements Instances {
  private final InstanceStore store;
  private final Machines machines;
  private final InstanceActors actors;
  private final InstanceBirths births;
  private final Reservations reservations;
  private final InstanceWatch watch;
  private final Function<InstanceId, Optional<NetworkPlace>> places;
  private final Function<InstanceId, Optional<Health>> healths;
  private final BiFunction<InstanceId, Boolean, CompletionStage<Optional<Idleness>>> idle;
  private final InstantSource clock;
  private final Map<InstanceId, List<Consumer<ImageView>>> followers = new ConcurrentHashMap<>();

  /// @param idle how idle it is; where the flag says so, from now on
  InstanceDesk(
      InstanceStore store,
      Machines machines,
      InstanceActors actors,
      InstanceBirths births,
      Reservations reservations,
      InstanceWatch watch,
      Function<InstanceId, Optional<NetworkPlace>> places,
      Function<InstanceId, Optional<Health>> healths,
      BiFunction<InstanceId, Boolean, CompletionStage<Optional<Idleness>>> idle,
      InstantSource clock) {
    this.store = store;
    this.machines = machines;
    this.actors = actors;
    this.births = births;
    this.reservations = reservations;
    this.watch = watch;
    this.places = places;
    this.healths = healths;
    this.idle = idle;
    this.clock = clock;
  }

  @Override
  public CompletionStage<Reply<Instance>> create(InstanceRequest request) {
    return births.create(request, clock.instant());
  }

  @Override
  public Reply<InstanceId> resolve(String text) {
    String wanted = text.toLowerCase(Locale.ROOT);
    Optional<InstanceId> named =
        instances()
            .filter(instance -> instance.spec().name().text().equals(wanted))
            .map(Instance::id)
            .findFirst();
    if (named.isPresent()) {
      return Reply.done(named.orElseThrow());
    }
    String bare = bare(wanted);
    List<InstanceId> found =
        bare.isEmpty()
            ? List.of()
            : instances().map(Instance::id).filter(id -> id.ulid().startsWith(bare)).toList();
    return switch (found.size()) {
      case 0 -> Reply.refused(InstanceActors.notFound("'" + text + "'"));
      case 1 -> Reply.done(found.getFirst());
      default ->
          Reply.refused(
              Refusal.of(
                  RefusalCode.INSTANCE_AMBIGUOUS,
                  "%d instances have ids that begin with '%s'".formatted(found.size(), text),
                  "Give more of the id, or the name."));
    };
  }

  private static String bare(String wanted) {
    if (wanted.startsWith(InstanceId.PREFIX)) {
      return wanted.substring(InstanceId.PREFIX.length());
    }
    return wanted.startsWith(JobId.PREFIX) ? wanted.substring(JobId.PREFIX.length()) : wanted;
  }

  private Stream<Instance> instances() {
    return actors.all().stream().map(StoredInstance::instance);
  }

  @Override
  public Optional<Instance> get(InstanceId id) {
    return actors.current(id);
  }

  @Override
  public List<Instance> list(Set<InstancePhase> phases) {
    return instances()
        .filter(instance -> phases.isEmpty() || phases.contains(instance.state().phase()))
        .sorted(Comparator.comparing(Instance::id))
        .toList();
  }

  @Override
  public CompletionStage<Reply<Instance>> ask(InstanceId id, InstanceEvent.FromCaller event) {
    return switch (event) {
      case InstanceEvent.StartAsked _, InstanceEvent.RestoreAsked _ -> wake(id, event);
      case InstanceEvent.DropSnapshotAsked(SnapshotNumber number, var _) -> drop(id, number);
      default -> actors.ask(id, event);
    };
  }

  /// What sleeps has given its memory back, and needs room again to go on.
  private CompletionStage<Reply<Instance>> wake(InstanceId id, InstanceEvent.FromCaller event) {
    return get(id)
        .map(reservations::reserve)
        .map(reply ->
            switch (reply) {
              case Reply.Refused<Reservations.Reservation>(Refusal full) ->
                  CompletableFuture.completedFuture(Reply.<Instance>refused(full));
              case Reply.Done<Reservations.Reservation>(Reservations.Reservation room) ->
                  actors.ask(id, event).whenComplete((_, _) -> room.release());
            })
        .orElseGet(() -> actors.ask(id, event));
  }

  /// Without its newest snapshot, the newest of the others is what a restore goes on from.
  private CompletionStage<Reply<Instance>> drop(InstanceId id, SnapshotNumber number) {
    Optional<Refusal> needed = neededByFork(id, number);
    if (needed.isPresent()) {
      return CompletableFuture.completedFuture(Reply.refused(needed.orElseThrow()));
    }
    return store
        .snapshots(id)
        .thenCompose(known -> {
          Optional<SnapshotRef> next =
              known.stream()
                  .map(SnapshotRecord::ref)
                  .filter(ref -> !ref.number().equals(number))
                  .max(Comparator.comparing(SnapshotRef::number));
          return known.stream().anyMatch(record -> record.ref().number().equals(number))
              ? actors.ask(id, new InstanceEvent.DropSnapshotAsked(number, next))
              : CompletableFuture.completedFuture(Reply.refused(noSnapshot(id, number)));
        });
  }

  /// A fork has files of its own once its disks are prepared, and depends on nobody from then on.
  private Optional<Refusal> neededByFork(InstanceId id, SnapshotNumber number) {
    return instances()
        .filter(instance ->
            instance.spec().origin() instanceof Origin.Fork fork
                && fork.source().equals(id)
                && fork.snapshot().equals(number)
                && instance
                    .operation()
                    .map(Operation::step)
                    .filter(step -> step == Operation.Step.IMAGE || step == Operation.Step.DISKS)
                    .isPresent())
        .map(fork ->
            Refusal.of(
                RefusalCode.SNAPSHOT_IN_USE,
                "%s is being made of snapshot %s".formatted(fork.spec().name(), number),
                "Wait until it runs, or delete it, and ask again."))
        .findFirst();
  }

  @Override
  public CompletionStage<Reply<Instance>> askAndWait(
      InstanceId id, InstanceEvent.FromCaller event, Duration patience) {
    return ask(id, event)
        .thenCompose(reply ->
            switch (reply) {
              case Reply.Refused<Instance> refused -> CompletableFuture.completedFuture(refused);
              case Reply.Done<Instance>(Instance begun) ->
                  begun
                      .operation()
                      .map(operation -> outcome(begun, operation, patience))
                      .orElseGet(() -> CompletableFuture.completedFuture(reply));
            });
  }

  @Override
  public CompletionStage<Reply<Instance>> settled(InstanceId id, Duration patience) {
    return get(id)
        .map(now ->
            now.operation()
                .map(operation -> outcome(now, operation, patience))
                .orElseGet(() -> CompletableFuture.completedFuture(Reply.done(now))))
        .orElseGet(() ->
            CompletableFuture.completedFuture(
                Reply.refused(InstanceActors.notFound(id.toString()))));
  }

  /// Waits for the end of one operation and says how it ended.
  private CompletionStage<Reply<Instance>> outcome(
      Instance begun, Operation operation, Duration patience) {
    return watch
        .until(
            begun.id(),
            now ->
                now.flatMap(Instance::operation)
                    .filter(under -> under.number() == operation.number())
                    .isEmpty(),
            patience,
            this::get)
        .thenApply(now -> {
          if (now.isEmpty()) {
            return operation.kind() == Operation.Kind.DELETE
                ? Reply.done(begun)
                : Reply.<Instance>refused(InstanceActors.notFound(begun.id().toString()));
          }
          Instance found = now.orElseThrow();
          return found
              .outcome()
              .filter(outcome -> outcome.number() == operation.number())
              .flatMap(Outcome::failure)
              .map(Reply::<Instance>refused)
              .orElseGet(() -> Reply.done(found));
        });
  }

  @Override
  public CompletionStage<Reply<Instance>> awaitPhase(
      InstanceId id, Set<InstancePhase> phases, Duration patience) {
    return watch
        .until(id, now -> now.map(i -> isSettledIn(i, phases)).orElse(true), patience, this::get)
        .thenApply(now ->
            now.map(Reply::done)
                .orElseGet(() -> Reply.refused(InstanceActors.notFound(id.toString()))));
  }

  private static boolean isSettledIn(Instance instance, Set<InstancePhase> phases) {
    return instance.operation().isEmpty() && phases.contains(instance.state().phase());
  }

  @Override
  public CompletionStage<Optional<Instance>> awaitChange(Instance seen, Duration patience) {
    return watch.until(seen.id(), now -> !now.equals(Optional.of(seen)), patience, this::get);
  }

  @Override
  public Optional<Health> health(InstanceId id) {
    return healths.apply(id);
  }

  @Override
  public Reply<NetworkPlace> place(InstanceId id) {
    return places
        .apply(id)
        .map(Reply::done)
        .orElseGet(() ->
            Reply.refused(
                Refusal.of(
                    RefusalCode.INSTANCE_STATE,
                    id + " is not on the network",
                    "Start or restore it; one that was made without a network never is.")));
  }

  @Override
  public CompletionStage<Optional<Idleness>> idleness(InstanceId id) {
    return idle.apply(id, false);
  }

  @Override
  public CompletionStage<Optional<Idleness>> stayAwake(InstanceId id) {
    return idle.apply(id, true);
  }

  @Override
  public CompletionStage<Reply<List<SnapshotRecord>>> snapshots(InstanceId id) {
    return get(id)
        .map(instance ->
            store
                .snapshots(id)
                .thenCompose(records -> asStored(instance, records))
                .thenApply(Reply::done))
        .orElseGet(() ->
            CompletableFuture.completedFuture(
                Reply.refused(InstanceActors.notFound(id.toString()))));
  }

  /// With what they occupy now. What is all its source's stays nothing.
  private CompletionStage<List<SnapshotRecord>> asStored(
      Instance instance, List<SnapshotRecord> records) {
    Set<SnapshotNumber> numbers =
        records.stream()
            .filter(record -> record.facts().bytes() > 0)
            .map(record -> record.ref().number())
            .collect(Collectors.toSet());
    return machines
        .storedBytes(instance, numbers)
        .thenApply(now ->
            records.stream()
                .map(record ->
                    Optional.ofNullable(now.get(record.ref().number()))
                        .map(record::withBytes)
                        .orElse(record))
                .toList());
  }

  @Override
  public CompletionStage<Reply<Instance>> restore(
      InstanceId id, Optional<SnapshotNumber> from, boolean allowOlder, Duration patience) {
    if (from.isEmpty()) {
      return askAndWait(id, new InstanceEvent.RestoreAsked(Optional.empty(), allowOlder), patience);
    }
    SnapshotNumber number = from.orElseThrow();
    return store
        .snapshots(id)
        .thenCompose(known -> {
          Optional<SnapshotRef> ref =
              known.stream()
                  .map(SnapshotRecord::ref)
                  .filter(r -> r.number().equals(number))
                  .findFirst();
          return ref.isPresent()
              ? askAndWait(id, new InstanceEvent.RestoreAsked(ref, allowOlder), patience)
              : CompletableFuture.completedFuture(Reply.refused(noSnapshot(id, number)));
        });
  }

  private static Refusal noSnapshot(InstanceId id, SnapshotNumber number) {
    return Refusal.ofField(
        RefusalCode.SNAPSHOT_NOT_FOUND,
        "snapshot",
        "%s has no snapshot %s".formatted(id, number),
        "List its snapshots, or leave it out to use the newest.");
  }

  @Override
  public AutoCloseable imageProgress(InstanceId id, Consumer<ImageView> listener) {
    followers.computeIfAbsent(id, _ -> new CopyOnWriteArrayList<>()).add(listener);
    return () ->
        followers.computeIfPresent(
            id,
            (_, all) -> {
              all.remove(listener);
              return all.isEmpty() ? null : all;
            });
  }

  /// Passes on how far an image is.
  void tellProgress(InstanceId id, ImageView view) {
    followers.getOrDefault(id, List.of()).forEach(listener -> listener.accept(view));
  }
}
