package torpor.engine.instance;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotCheck;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.clock.Alarms;
import torpor.engine.effect.Deadlines;
import torpor.engine.store.InstanceStore;
import torpor.engine.store.SnapshotRecord;

/// Restores a snapshot now and then where nobody can see it, and writes down whether it is good:
/// one that nobody has tried is only believed to be a backup.
///
/// ```
/// every so often ─→ the next one there is room for ─→ Machines.rehearse ─→ verified | damaged
///       ^                                                                      │
///       └──────────────────────────────────────────────────────────────────────┘
/// ```
///
/// One at a time. What is being tried when the daemon ends is tried another time.
final class SnapshotDrill {
  private static final Logger log = LoggerFactory.getLogger(SnapshotDrill.class);
  private static final Duration WITHIN = Duration.ofHours(1);

  private final InstanceStore store;
  private final InstanceActors actors;
  private final Machines machines;
  private final Reservations reservations;
  private final Optional<Duration> every;
  private final Deadlines deadlines;
  private final InstantSource clock;
  private final Alarms alarms;
  private volatile boolean closed;

  /// When those were last tried of which nothing is known since, or they would be tried for ever.
  private final Map<Key, Instant> undecided = new ConcurrentHashMap<>();

  private record Key(InstanceId instance, SnapshotNumber number) {}

  private record Candidate(Instance instance, SnapshotRecord snapshot) {
    private Key key() {
      return new Key(instance.id(), snapshot.ref().number());
    }
  }

  /// @param every from the end of one to the begin of the next; never where empty
  SnapshotDrill(
      InstanceStore store,
      InstanceActors actors,
      Machines machines,
      Reservations reservations,
      Optional<Duration> every,
      InstantSource clock,
      Alarms alarms) {
    this.store = store;
    this.actors = actors;
    this.machines = machines;
    this.reservations = reservations;
    this.every = every;
    this.deadlines = new Deadlines(clock, alarms);
    this.clock = clock;
    this.alarms = alarms;
  }

  void start() {
    every.ifPresent(this::later);
  }

  void close() {
    closed = true;
  }

  private void later(Duration pause) {
    alarms.at(clock.instant().plus(pause), () -> turn(pause));
  }

  private void turn(Duration pause) {
    if (closed) {
      return;
    }
    // Begun so that what fails at once ends the turn too, and the next one comes.
    CompletionStage<Duration> begun = CompletableFuture.completedFuture(pause);
    begun
        .thenCompose(_ -> all())
        .thenCompose(candidates -> tried(inOrder(candidates)))
        .whenComplete((_, failure) -> {
          if (failure != null && !closed) {
            log.warn("no snapshot could be tried: {}", failure.toString());
          }
          later(pause);
        });
  }

  private CompletionStage<List<Candidate>> all() {
    List<CompletableFuture<List<Candidate>>> asked =
        actors.all().stream().map(row -> of(row.instance()).toCompletableFuture()).toList();
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(_ -> asked.stream().map(CompletableFuture::join).flatMap(List::stream).toList());
  }

  private CompletionStage<List<Candidate>> of(Instance instance) {
    return store
        .snapshots(instance.id())
        .thenApply(known -> known.stream().map(record -> new Candidate(instance, record)).toList());
  }

  /// One that was never tried before one that was, and of those the newest, which a restore would
  /// go on from; after them the one whose last trial is longest ago. Also what was found damaged: a
  /// trial can be wrong, and a mark that nobody looks at again would be wrong for ever.
  private List<Candidate> inOrder(Collection<Candidate> all) {
    undecided.keySet().retainAll(all.stream().map(Candidate::key).collect(Collectors.toSet()));
    return all.stream()
        .sorted(
            Comparator.comparing(this::lastTried)
                .thenComparing(each -> each.snapshot().ref().takenAt(), Comparator.reverseOrder()))
        .toList();
  }

  /// The first that there is room for; what has none now waits.
  private CompletionStage<?> tried(List<Candidate> inOrder) {
    for (Candidate candidate : inOrder) {
      if (reservations.reserveTrial(candidate.instance(), candidate.snapshot().ref().number())
          instanceof Reply.Done<Reservations.Reservation>(Reservations.Reservation room)) {
        return rehearse(candidate, room);
      }
      log.debug("{} is not tried: there is no room", candidate.key());
    }
    return CompletableFuture.completedFuture(null);
  }

  private Instant lastTried(Candidate candidate) {
    Instant inVain = undecided.getOrDefault(candidate.key(), Instant.MIN);
    Instant decided =
        switch (candidate.snapshot().check()) {
          case SnapshotCheck.Unchecked _ -> Instant.MIN;
          case SnapshotCheck.Verified(Instant at) -> at;
          case SnapshotCheck.Damaged(Instant at, String _) -> at;
        };
    return decided.isAfter(inVain) ? decided : inVain;
  }

  private CompletionStage<?> rehearse(Candidate candidate, Reservations.Reservation room) {
    Instance instance = candidate.instance();
    return deadlines
        .within(
            WITHIN,
            "the trial of a snapshot",
            machines
                .rehearse(instance, candidate.snapshot().ref())
                .whenComplete((_, _) -> room.release()))
        .exceptionally(late -> new Rehearsal.Undecided(late.toString()))
        .thenCompose(outcome -> told(candidate, outcome));
  }

  /// Nothing is said of one that was deleted meanwhile.
  private CompletionStage<?> told(Candidate candidate, Rehearsal outcome) {
    return store
        .snapshots(candidate.instance().id())
        .thenCompose(known ->
            closed || known.stream().noneMatch(r -> r.ref().equals(candidate.snapshot().ref()))
                ? CompletableFuture.completedFuture(null)
                : write(candidate.key(), outcome));
  }

  private CompletionStage<?> write(Key key, Rehearsal outcome) {
    return switch (outcome) {
      case Rehearsal.Passed _ -> write(key, new SnapshotCheck.Verified(clock.instant()));
      case Rehearsal.Failed(String reason) -> {
        log.error("snapshot {} of {} is damaged: {}", key.number(), key.instance(), reason);
        yield write(key, new SnapshotCheck.Damaged(clock.instant(), reason));
      }
      case Rehearsal.Undecided(String reason) -> {
        log.warn("snapshot {} of {} could not be tried: {}", key.number(), key.instance(), reason);
        undecided.put(key, clock.instant());
        yield CompletableFuture.completedFuture(null);
      }
    };
  }

  private CompletionStage<?> write(Key key, SnapshotCheck check) {
    return actors.ask(key.instance(), new InstanceEvent.SnapshotChecked(key.number(), check));
  }
}
