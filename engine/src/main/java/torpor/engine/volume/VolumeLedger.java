package torpor.engine.volume;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstanceState;
import torpor.core.instance.spec.VolumeMount;
import torpor.core.instance.volume.Attachment;
import torpor.core.instance.volume.Volume;
import torpor.core.instance.volume.VolumeId;
import torpor.core.instance.volume.VolumeRules;
import torpor.core.instance.volume.VolumeState;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotRef;
import torpor.engine.actor.Sentences;
import torpor.engine.clock.Alarms;
import torpor.engine.serial.Lanes;
import torpor.engine.store.Idempotency;
import torpor.engine.store.StoredVolume;
import torpor.engine.store.Version;
import torpor.engine.store.VolumeCommit;
import torpor.engine.store.VolumeStore;
import torpor.engine.store.VolumeTransition;

/// The volumes of this node as last committed, and who has them. The one place where volumes
/// change: in turns, one at a time per volume. Thread-safe.
public final class VolumeLedger {
  private static final Logger log = LoggerFactory.getLogger(VolumeLedger.class);
  private static final Duration STORE_AGAIN = Duration.ofSeconds(1);

  private final VolumeStore store;
  private final InstantSource clock;
  private final Alarms alarms;
  private final Consumer<String> fenced;
  private final Lanes<VolumeId> turns;
  private final ConcurrentMap<VolumeId, StoredVolume> known = new ConcurrentHashMap<>();

  /// Each value is replaced whole, in its volume's lane.
  private final ConcurrentMap<VolumeId, Map<InstanceId, Attachment>> attached =
      new ConcurrentHashMap<>();

  private final VolumeTroubles troubles = new VolumeTroubles();

  public VolumeLedger(
      VolumeStore store,
      InstantSource clock,
      Alarms alarms,
      Executor threads,
      Consumer<String> fenced) {
    this.store = store;
    this.clock = clock;
    this.alarms = alarms;
    this.fenced = fenced;
    this.turns = new Lanes<>(threads);
  }

  /// What the store has, before anything else happens.
  public void loaded(List<StoredVolume> rows, Collection<Instance> instances) {
    rows.forEach(row -> known.put(row.volume().id(), row));
    for (Instance instance : instances) {
      for (VolumeId volume : volumes(instance).toList()) {
        reflect(volume, instance.id(), Optional.of(instance));
      }
    }
  }

  Optional<Volume> current(VolumeId id) {
    return Optional.ofNullable(known.get(id)).map(StoredVolume::volume);
  }

  Collection<Volume> all() {
    return known.values().stream().map(StoredVolume::volume).toList();
  }

  Collection<Attachment> attachments(VolumeId id) {
    return attached.getOrDefault(id, Map.of()).values();
  }

  VolumeTroubles troubles() {
    return troubles;
  }

  /// What each takes of the host, as it is promised.
  public Map<VolumeId, Long> bytes() {
    return all().stream().collect(Collectors.toMap(Volume::id, VolumeLedger::promised));
  }

  private static long promised(Volume volume) {
    return volume.state() instanceof VolumeState.Resizing(long bytes)
        ? Math.max(bytes, volume.bytes())
        : volume.bytes();
  }

  /// Writes a new volume; nobody can have asked anything of it yet. Where the store could not say
  /// whether that happened, the row tells; fails where there is none.
  CompletionStage<VolumeCommit> insert(Volume first, Optional<Idempotency> idempotency) {
    VolumeTransition insert = VolumeTransition.insert(first, idempotency, clock.instant());
    return store
        .commit(insert)
        .exceptionallyCompose(
            failure -> readBack(insert, () -> CompletableFuture.failedFuture(failure)))
        .thenApply(outcome -> {
          if (outcome instanceof VolumeCommit.Committed(Version version)) {
            known.put(first.id(), new StoredVolume(first, version));
          }
          return outcome;
        });
  }

  /// Puts a rule to the volume as it then is, and to those who have it. What the rule answers is
  /// durable when this completes; a store that does not answer is asked until it does.
  CompletionStage<Reply<Volume>> change(
      VolumeId id, BiFunction<Volume, Collection<Attachment>, Reply<Volume>> rule) {
    return turn(id, row -> decide(row, rule.apply(row.volume(), attachments(id))));
  }

  /// The same for what needs its files: refused where they are in trouble.
  CompletionStage<Reply<Volume>> use(
      VolumeId id, BiFunction<Volume, Collection<Attachment>, Reply<Volume>> rule) {
    return change(
        id,
        (volume, all) ->
            troubles
                .refusal(volume)
                .map(Reply::<Volume>refused)
                .orElseGet(() -> rule.apply(volume, all)));
  }

  /// The row goes; its files have gone.
  CompletionStage<Reply<Volume>> forget(VolumeId id) {
    return turn(
        id,
        row ->
            commit(VolumeTransition.remove(row, clock.instant()))
                .thenApply(outcome -> settled(row, row.volume(), true, outcome)));
  }

  private CompletionStage<Reply<Volume>> turn(
      VolumeId id, Function<StoredVolume, CompletionStage<Reply<Volume>>> work) {
    CompletableFuture<Reply<Volume>> reply = new CompletableFuture<>();
    turns.queue(
        id,
        () -> {
          StoredVolume row = known.get(id);
          CompletionStage<Reply<Volume>> done =
              row == null
                  ? CompletableFuture.completedFuture(Reply.refused(notFound(id.toString())))
                  : work.apply(row);
          return done.whenComplete((value, failure) -> {
            if (failure != null) {
              reply.completeExceptionally(failure);
            } else {
              reply.complete(value);
            }
          });
        });
    return reply;
  }

  private CompletionStage<Reply<Volume>> decide(StoredVolume row, Reply<Volume> decided) {
    if (!(decided instanceof Reply.Done<Volume>(Volume next)) || next.equals(row.volume())) {
      return CompletableFuture.completedFuture(decided);
    }
    boolean givenUp =
        row.volume().state() instanceof VolumeState.Creating
            && next.state() instanceof VolumeState.Deleting;
    Instant now = clock.instant();
    return commit(
            givenUp
                ? VolumeTransition.giveUp(next, row.version(), now)
                : VolumeTransition.update(next, row.version(), now))
        .thenApply(outcome -> settled(row, next, false, outcome));
  }

  private Reply<Volume> settled(
      StoredVolume row, Volume next, boolean removed, VolumeCommit outcome) {
    return switch (outcome) {
      case VolumeCommit.Committed(Version version) -> {
        if (removed) {
          known.remove(next.id());
          attached.remove(next.id());
          troubles.end(next.id());
        } else {
          known.put(next.id(), new StoredVolume(next, version));
        }
        yield Reply.done(next);
      }
      case VolumeCommit.Stale _ -> {
        log.error("{} was changed by somebody else", row.volume().id());
        yield Reply.refused(Sentences.fenced("its rows were changed by another daemon"));
      }
      case VolumeCommit.Fenced(String detail) -> {
        fenced.accept(detail);
        yield Reply.refused(Sentences.fenced(detail));
      }
      case VolumeCommit.Repeated _, VolumeCommit.NameTaken _ ->
          throw new IllegalStateException("an update of a volume was answered with " + outcome);
    };
  }

  private CompletionStage<VolumeCommit> commit(VolumeTransition transition) {
    return store
        .commit(transition)
        .exceptionallyCompose(failure -> {
          log.warn("{}: the store did not answer: {}", transition.next().id(), failure.toString());
          return later().thenCompose(_ -> readBack(transition, () -> commit(transition)));
        });
  }

  /// @param untouched what follows where the commit has not happened
  private CompletionStage<VolumeCommit> readBack(
      VolumeTransition transition, Supplier<CompletionStage<VolumeCommit>> untouched) {
    Version expected = transition.expected();
    return store
        .load(transition.next().id())
        .<Supplier<CompletionStage<VolumeCommit>>>handle((found, failure) -> {
          if (failure != null) {
            return () -> later().thenCompose(_ -> readBack(transition, untouched));
          }
          boolean happened =
              found
                  .map(row ->
                      row.version().equals(expected.next())
                          && row.volume().equals(transition.next()))
                  .orElse(transition.removed());
          if (happened) {
            return () ->
                CompletableFuture.completedFuture(new VolumeCommit.Committed(expected.next()));
          }
          return found.map(StoredVolume::version).orElse(Version.ABSENT).equals(expected)
              ? untouched
              : () -> CompletableFuture.completedFuture(new VolumeCommit.Stale());
        })
        .thenCompose(Supplier::get);
  }

  private CompletionStage<Void> later() {
    CompletableFuture<Void> over = new CompletableFuture<>();
    alarms.at(clock.instant().plus(STORE_AGAIN), () -> over.complete(null));
    return over;
  }

  /// Asks for the volumes of an instance that is about to become `next`.
  ///
  /// @param before empty for a new one
  /// @return why it cannot have them; then it has what it had
  public CompletionStage<Optional<Refusal>> claim(Optional<Instance> before, Instance next) {
    CompletionStage<Optional<Refusal>> claimed =
        CompletableFuture.completedFuture(Optional.empty());
    for (VolumeMount mount : mounts(next).toList()) {
      claimed =
          claimed.thenCompose(refused ->
              refused.isPresent()
                  ? CompletableFuture.completedFuture(refused)
                  : claim(next, mount));
    }
    return claimed.thenApply(refused -> {
      if (refused.isPresent()) {
        concerned(Optional.of(next), before).forEach(id -> later(id, next.id(), before));
      }
      return refused;
    });
  }

  private CompletionStage<Optional<Refusal>> claim(Instance next, VolumeMount mount) {
    Attachment wanted = attachment(next, mount);
    Instant now = clock.instant();
    return turn(
            mount.volume(),
            row ->
                decide(
                        row,
                        troubles
                            .refusal(row.volume())
                            .map(Reply::<Volume>refused)
                            .orElseGet(() ->
                                VolumeRules.hold(
                                    row.volume(),
                                    wanted,
                                    backTo(next),
                                    attachments(mount.volume()),
                                    now)))
                    .thenApply(reply -> {
                      if (reply instanceof Reply.Done<Volume>) {
                        put(mount.volume(), wanted);
                      }
                      return reply;
                    }))
        .thenApply(reply ->
            reply instanceof Reply.Refused<Volume>(Refusal why)
                ? Optional.of(why)
                : Optional.empty());
  }

  private static Optional<Instant> backTo(Instance next) {
    return next.state() instanceof InstanceState.Standby(SnapshotRef from)
        ? Optional.of(from.takenAt())
        : Optional.empty();
  }

  /// Told after each change of an instance.
  ///
  /// @param now empty where it does not exist any more
  public void changed(Instance before, Optional<Instance> now) {
    if (before.spec().volumes().isEmpty()
        && now.filter(instance -> !instance.spec().volumes().isEmpty()).isEmpty()) {
      return;
    }
    concerned(Optional.of(before), now).forEach(id -> later(id, before.id(), now));
  }

  /// A new instance that was refused after all.
  public void disclaim(Instance refused) {
    changed(refused, Optional.empty());
  }

  private void later(VolumeId volume, InstanceId instance, Optional<Instance> now) {
    turns.queue(
        volume,
        () -> {
          reflect(volume, instance, now);
          return CompletableFuture.completedFuture(null);
        });
  }

  private void reflect(VolumeId volume, InstanceId instance, Optional<Instance> now) {
    Optional<Attachment> attachment =
        now.filter(VolumeRules::needs)
            .flatMap(there ->
                mounts(there)
                    .filter(mount -> mount.volume().equals(volume))
                    .findFirst()
                    .map(mount -> attachment(there, mount)));
    if (attachment.isPresent()) {
      put(volume, attachment.orElseThrow());
    } else {
      Map<InstanceId, Attachment> fewer = new HashMap<>(attached.getOrDefault(volume, Map.of()));
      fewer.remove(instance);
      if (fewer.isEmpty()) {
        attached.remove(volume);
      } else {
        attached.put(volume, Map.copyOf(fewer));
      }
    }
  }

  private void put(VolumeId volume, Attachment attachment) {
    Map<InstanceId, Attachment> more = new HashMap<>(attached.getOrDefault(volume, Map.of()));
    more.put(attachment.instance(), attachment);
    attached.put(volume, Map.copyOf(more));
  }

  private static Attachment attachment(Instance instance, VolumeMount mount) {
    return new Attachment(
        instance.id(), instance.spec().name(), mount, VolumeRules.holds(instance));
  }

  private static Set<VolumeId> concerned(Optional<Instance> one, Optional<Instance> other) {
    Set<VolumeId> concerned = new HashSet<>();
    one.stream().flatMap(VolumeLedger::volumes).forEach(concerned::add);
    other.stream().flatMap(VolumeLedger::volumes).forEach(concerned::add);
    return concerned;
  }

  private static Stream<VolumeId> volumes(Instance instance) {
    return mounts(instance).map(VolumeMount::volume);
  }

  /// A copy is the instance's own, and nothing to the volume.
  private static Stream<VolumeMount> mounts(Instance instance) {
    return instance.spec().volumes().stream()
        .filter(mount -> mount.mode() != VolumeMount.Mode.COPY);
  }

  static Refusal notFound(String what) {
    return Refusal.of(
        RefusalCode.VOLUME_NOT_FOUND,
        "there is no volume " + what,
        "List the volumes that exist, or create it.");
  }
}
