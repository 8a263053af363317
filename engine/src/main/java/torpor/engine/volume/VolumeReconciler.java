package torpor.engine.volume;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.instance.volume.Volume;
import torpor.core.instance.volume.VolumeId;
import torpor.core.instance.volume.VolumeSnapshot;
import torpor.core.instance.volume.VolumeState;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.effect.Deadlines;
import torpor.engine.effect.Failures;
import torpor.engine.effect.Retries;

/// Makes the files of volumes and their rows agree: what is to go goes, what was interrupted is as
/// it was. Nothing here takes longer than [#PATIENCE]: what cannot be done by then leaves its
/// volume in trouble ([VolumeTroubles]), until it is deleted, which tries again, or until the next
/// daemon does. Thread-safe.
///
/// ```
///   Creating, Deleting ──→ files gone ──→ row gone       fails, 5 tries ──┐
///   Resizing, Snapshotting, Ready ──→ Ready, as its files say   hangs ────┴─→ as it was, in trouble
/// ```
final class VolumeReconciler {
  private static final Logger log = LoggerFactory.getLogger(VolumeReconciler.class);
  private static final int TRIES = 5;
  private static final Duration AGAIN = Duration.ofSeconds(2);

  /// For all volumes at once, on a host that has just come up.
  static final Duration PATIENCE = Duration.ofMinutes(5);

  private final VolumeLedger ledger;
  private final VolumeFiles files;
  private final Deadlines deadlines;
  private final Retries retries;

  VolumeReconciler(VolumeLedger ledger, VolumeFiles files, Deadlines deadlines) {
    this.ledger = ledger;
    this.files = files;
    this.deadlines = deadlines;
    this.retries = new Retries(deadlines, AGAIN);
  }

  /// Brings to order what a daemon before this one left. Completes when every volume is ready, gone
  /// or in trouble.
  CompletionStage<?> recover() {
    return all(ledger.all(), this::recovered)
        .thenCompose(_ -> deadlines.within(PATIENCE, "looking for volumes", files.all()))
        .exceptionally(failure -> {
          log.error("what no volume owns is left: {}", Failures.cause(failure).toString());
          return Set.of();
        })
        .thenCompose(there -> all(there, this::strangerRemoved));
  }

  private static <T> CompletableFuture<Void> all(
      Iterable<T> which, Function<T, CompletionStage<?>> work) {
    CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
    for (T one : which) {
      done = CompletableFuture.allOf(done, work.apply(one).toCompletableFuture());
    }
    return done;
  }

  private CompletionStage<?> recovered(Volume volume) {
    return switch (volume.state()) {
      case VolumeState.Creating _, VolumeState.Deleting _ -> clear(volume.id());
      case VolumeState.Ready _, VolumeState.Resizing _, VolumeState.Snapshotting _ ->
          settle(volume.id());
    };
  }

  private CompletionStage<?> strangerRemoved(VolumeId id) {
    return ledger.current(id).isPresent() ? CompletableFuture.completedFuture(null) : remove(id);
  }

  /// Deletes files and row of a volume in whatever state.
  ///
  /// @return why it could not; then it is deleting, in trouble
  CompletionStage<Optional<Refusal>> clear(VolumeId id) {
    return ledger
        .change(id, (volume, _) -> Reply.done(volume.in(new VolumeState.Deleting())))
        .thenCompose(reply ->
            switch (reply) {
              case Reply.Done<Volume> _ -> remove(id);
              case Reply.Refused<Volume>(Refusal why) ->
                  CompletableFuture.completedFuture(Optional.of(why));
            });
  }

  /// Deletes files and row of one that is deleting, or has no row. What is late happens all the
  /// same.
  ///
  /// @return why it could not
  CompletionStage<Optional<Refusal>> remove(VolumeId id) {
    CompletionStage<?> gone =
        retries
            .upTo(TRIES, () -> files.remove(id).<Void>thenApply(_ -> null))
            .thenCompose(
                _ -> isAnothers(id) ? CompletableFuture.completedFuture(null) : ledger.forget(id));
    return orTrouble(id, "deleting " + id, gone);
  }

  /// Whether there is one that nobody deletes: made under this id since.
  private boolean isAnothers(VolumeId id) {
    return ledger
        .current(id)
        .filter(now -> !(now.state() instanceof VolumeState.Deleting))
        .isPresent();
  }

  /// Ready, as its files say it is. Where it was tried for too long, nothing is changed any more:
  /// by then a machine may write it.
  CompletionStage<?> settle(VolumeId id) {
    Optional<Volume> volume = ledger.current(id);
    if (volume.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    Set<SnapshotNumber> known =
        volume.orElseThrow().snapshots().stream()
            .map(VolumeSnapshot::number)
            .collect(Collectors.toSet());
    AtomicBoolean wanted = new AtomicBoolean(true);
    CompletionStage<?> settled =
        retries
            .upTo(TRIES, () -> files.settle(id, known, wanted::get))
            .thenCompose(bytes ->
                ledger.change(id, (now, _) -> Reply.done(wanted.get() ? ready(now, bytes) : now)));
    return orTrouble(id, "looking at the files of " + id, settled)
        .whenComplete((_, _) -> wanted.set(false));
  }

  private static Volume ready(Volume now, long bytes) {
    return now.state() instanceof VolumeState.Deleting ? now : now.ready(bytes);
  }

  private CompletionStage<Optional<Refusal>> orTrouble(
      VolumeId id, String what, CompletionStage<?> work) {
    return deadlines
        .within(PATIENCE, what, work)
        .handle((_, failure) -> {
          if (failure == null) {
            ledger.troubles().end(id);
            return Optional.empty();
          }
          Throwable cause = Failures.cause(failure);
          log.error("{} is left as it is: {} failed", id, what, cause);
          Refusal why = VolumeDesk.refusal(cause);
          if (ledger.current(id).isPresent()) {
            ledger.troubles().put(id, why.detail());
          }
          return Optional.of(why);
        });
  }

  /// A sentence where volumes are in trouble.
  Optional<String> trouble() {
    List<String> names =
        ledger.all().stream()
            .filter(volume -> ledger.troubles().of(volume.id()).isPresent())
            .map(volume -> volume.name().text())
            .sorted()
            .toList();
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of("volumes cannot be used: " + String.join(", ", names));
  }
}
