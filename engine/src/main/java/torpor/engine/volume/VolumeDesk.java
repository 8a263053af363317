package torpor.engine.volume;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.instance.volume.Attachment;
import torpor.core.instance.volume.Volume;
import torpor.core.instance.volume.VolumeId;
import torpor.core.instance.volume.VolumeRules;
import torpor.core.instance.volume.VolumeSnapshot;
import torpor.core.instance.volume.VolumeState;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.actor.Sentences;
import torpor.engine.caller.IdempotentRequest;
import torpor.engine.caller.VolumeRequest;
import torpor.engine.caller.Volumes;
import torpor.engine.clock.Chance;
import torpor.engine.disk.DiskFailure;
import torpor.engine.effect.Deadlines;
import torpor.engine.store.Idempotency;
import torpor.engine.store.VolumeCommit;
import torpor.engine.store.VolumeStore;

/// Where callers of volumes are served, and where a new daemon brings volumes to order. Each deed
/// is an intent that is committed, then the files, then a commit that it is done; a deed that fails
/// takes back what there is of it before it is answered.
public final class VolumeDesk implements Volumes {
  private static final Logger log = LoggerFactory.getLogger(VolumeDesk.class);
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMinutes(1);
  private static final Duration AGAIN = Duration.ofSeconds(2);

  private final VolumeStore store;
  private final VolumeLedger ledger;
  private final VolumeFiles files;
  private final Room room;
  private final Deadlines deadlines;
  private final InstantSource clock;
  private final Chance chance;

  /// Whether the host has room for more.
  @FunctionalInterface
  public interface Room {
    Optional<Refusal> refusal(long moreBytes);
  }

  public VolumeDesk(
      VolumeStore store,
      VolumeLedger ledger,
      VolumeFiles files,
      Room room,
      Deadlines deadlines,
      InstantSource clock,
      Chance chance) {
    this.store = store;
    this.ledger = ledger;
    this.files = files;
    this.room = room;
    this.deadlines = deadlines;
    this.clock = clock;
    this.chance = chance;
  }

  @Override
  public CompletionStage<Reply<Volume>> create(VolumeRequest request) {
    if (request.idempotent().isEmpty()) {
      return insert(request);
    }
    IdempotentRequest key = request.idempotent().orElseThrow();
    return store
        .idempotency(key.key())
        .thenCompose(first ->
            first.isPresent()
                ? CompletableFuture.completedFuture(repeated(key, first.orElseThrow()))
                : insert(request))
        .exceptionally(failure -> Reply.refused(Sentences.storeFailed(failure)));
  }

  private CompletionStage<Reply<Volume>> insert(VolumeRequest request) {
    return files
        .smallest(request.content())
        .thenApply(content -> Math.max(content, request.bytes().orElse(Volume.SMALLEST)))
        .thenCompose(bytes -> insert(request, bytes))
        .exceptionally(failure -> Reply.refused(refusal(failure)));
  }

  private CompletionStage<Reply<Volume>> insert(VolumeRequest request, long bytes) {
    Optional<Refusal> refused = room.refusal(bytes);
    if (refused.isPresent()) {
      return CompletableFuture.completedFuture(Reply.refused(refused.orElseThrow()));
    }
    Instant now = clock.instant();
    VolumeId id = request.id().orElseGet(() -> new VolumeId(chance.newJobId(now).ulid()));
    Volume first = Volume.asked(id, request.name(), bytes, request.tags(), now);
    return ledger
        .insert(first, request.idempotent().map(key -> remembered(key, id)))
        .thenCompose(outcome ->
            switch (outcome) {
              case VolumeCommit.Committed _ -> make(first, request);
              case VolumeCommit.NameTaken _ -> refused(nameTaken(request));
              case VolumeCommit.Stale _ -> refused(idTaken(id));
              case VolumeCommit.Repeated(Idempotency before) ->
                  CompletableFuture.completedFuture(
                      repeated(request.idempotent().orElseThrow(), before));
              case VolumeCommit.Fenced(String detail) -> refused(Sentences.fenced(detail));
            })
        .exceptionally(failure -> Reply.refused(Sentences.storeFailed(failure)));
  }

  private CompletionStage<Reply<Volume>> make(Volume first, VolumeRequest request) {
    CompletionStage<Long> made = files.create(first, request.content());
    return deadlines
        .within(LONG, "making the volume", made)
        .thenCompose(
            bytes -> ledger.change(first.id(), (volume, _) -> Reply.done(volume.ready(bytes))))
        .exceptionallyCompose(failure -> {
          // What is late may still be at work; nothing is cleared under it.
          CompletionStage<Reply<Volume>> cleared =
              made.handle((_, _) -> null).thenCompose(_ -> clear(first.id()));
          Reply<Volume> answer = Reply.refused(refusal(failure));
          return cause(failure) instanceof Deadlines.Overdue
              ? CompletableFuture.completedFuture(answer)
              : cleared.thenApply(_ -> answer);
        });
  }

  /// Deletes files and row, however often that takes.
  private CompletionStage<Reply<Volume>> clear(VolumeId id) {
    return ledger
        .change(id, (volume, _) -> Reply.done(volume.in(new VolumeState.Deleting())))
        .thenCompose(reply ->
            reply instanceof Reply.Done<Volume>
                ? removed(id).thenCompose(_ -> ledger.forget(id))
                : CompletableFuture.completedFuture(reply));
  }

  private CompletionStage<?> removed(VolumeId id) {
    return deadlines
        .within(SHORT, "removing the volume", files.remove(id))
        .<CompletionStage<?>>handle((_, failure) -> {
          if (failure == null) {
            return CompletableFuture.completedFuture(null);
          }
          log.error("{} cannot be removed and is tried again: {}", id, cause(failure).toString());
          return deadlines.after(AGAIN).thenCompose(_ -> removed(id));
        })
        .thenCompose(done -> done);
  }

  private static Idempotency remembered(IdempotentRequest key, VolumeId id) {
    return new Idempotency(key.key(), key.fingerprint(), id.toString());
  }

  private Reply<Volume> repeated(IdempotentRequest key, Idempotency first) {
    if (!key.fingerprint().equals(first.fingerprint())) {
      return Reply.refused(Sentences.keyReused());
    }
    VolumeId id = VolumeId.parse(first.answer());
    return ledger
        .current(id)
        .map(Reply::done)
        .orElseGet(() -> Reply.refused(VolumeLedger.notFound(id.toString())));
  }

  @Override
  public Reply<VolumeId> resolve(String text) {
    String wanted = text.toLowerCase(Locale.ROOT);
    Optional<VolumeId> named =
        ledger.all().stream()
            .filter(volume -> volume.name().text().equals(wanted))
            .map(Volume::id)
            .findFirst();
    if (named.isPresent()) {
      return Reply.done(named.orElseThrow());
    }
    String bare =
        wanted.startsWith(VolumeId.PREFIX) ? wanted.substring(VolumeId.PREFIX.length()) : wanted;
    List<VolumeId> found =
        bare.isEmpty()
            ? List.of()
            : ledger.all().stream()
                .map(Volume::id)
                .filter(id -> id.ulid().startsWith(bare))
                .toList();
    return switch (found.size()) {
      case 0 -> Reply.refused(VolumeLedger.notFound("'" + text + "'"));
      case 1 -> Reply.done(found.getFirst());
      default ->
          Reply.refused(
              Refusal.of(
                  RefusalCode.VOLUME_AMBIGUOUS,
                  "%d volumes have ids that begin with '%s'".formatted(found.size(), text),
                  "Give more of the id, or the name."));
    };
  }

  @Override
  public Optional<Volume> get(VolumeId id) {
    return ledger.current(id);
  }

  @Override
  public List<Volume> list() {
    return ledger.all().stream().sorted(Comparator.comparing(Volume::id)).toList();
  }

  @Override
  public List<Attachment> attachments(VolumeId id) {
    return ledger.attachments(id).stream()
        .sorted(Comparator.comparing(Attachment::instance))
        .toList();
  }

  @Override
  public CompletionStage<Reply<Volume>> resize(VolumeId id, long bytes) {
    long more = bytes - ledger.current(id).map(Volume::bytes).orElse(bytes);
    Optional<Refusal> full = more > 0 ? room.refusal(more) : Optional.empty();
    return full.isPresent()
        ? refused(full.orElseThrow())
        : ledger
            .change(id, (volume, all) -> VolumeRules.resize(volume, bytes, all))
            .thenCompose(begun ->
                carryOut(
                    begun,
                    () -> files.resize(id, bytes),
                    () -> ledger.change(id, (volume, _) -> Reply.done(volume.ready(bytes)))));
  }

  @Override
  public CompletionStage<Reply<Volume>> snapshot(VolumeId id, Optional<String> label) {
    return ledger
        .change(id, VolumeRules::snapshot)
        .thenCompose(begun ->
            carryOut(
                begun,
                () -> files.snapshot(id, number(begun)),
                () -> {
                  Instant now = clock.instant();
                  return ledger.change(
                      id, (volume, _) -> Reply.done(VolumeRules.taken(volume, label, now)));
                }));
  }

  private static SnapshotNumber number(Reply<Volume> begun) {
    return begun instanceof Reply.Done<Volume>(Volume volume)
            && volume.state() instanceof VolumeState.Snapshotting(SnapshotNumber number)
        ? number
        : SnapshotNumber.FIRST;
  }

  /// The deed that a volume is under way to, and what is to be written when it is done. A deed that
  /// fails leaves the volume as it was.
  private CompletionStage<Reply<Volume>> carryOut(
      Reply<Volume> begun,
      Supplier<CompletionStage<?>> deed,
      Supplier<CompletionStage<Reply<Volume>>> then) {
    if (!(begun instanceof Reply.Done<Volume>(Volume volume))
        || volume.state() instanceof VolumeState.Ready) {
      return CompletableFuture.completedFuture(begun);
    }
    CompletionStage<?> done = deed.get();
    return deadlines
        .within(LONG, "changing the volume", done)
        .thenCompose(_ -> then.get())
        .exceptionallyCompose(failure -> {
          CompletionStage<?> back =
              done.handle((_, _) -> null).thenCompose(_ -> settle(volume.id()));
          Reply<Volume> answer = Reply.refused(refusal(failure));
          return cause(failure) instanceof Deadlines.Overdue
              ? CompletableFuture.completedFuture(answer)
              : back.handle((_, _) -> answer);
        });
  }

  @Override
  public CompletionStage<Reply<Volume>> dropSnapshot(VolumeId id, SnapshotNumber number) {
    return ledger
        .change(id, (volume, _) -> VolumeRules.forget(volume, number))
        .thenCompose(reply ->
            reply instanceof Reply.Done<Volume>
                // What is left now no row names: the next look drops it.
                ? files.dropSnapshot(id, number).handle((_, _) -> reply)
                : CompletableFuture.completedFuture(reply));
  }

  @Override
  public CompletionStage<Reply<Volume>> delete(VolumeId id) {
    return ledger
        .change(id, VolumeRules::delete)
        .thenCompose(reply ->
            reply instanceof Reply.Done<Volume>
                ? removed(id).thenCompose(_ -> ledger.forget(id)).thenApply(_ -> reply)
                : CompletableFuture.completedFuture(reply));
  }

  /// Brings to order what a daemon before this one left. Completes when every volume is ready.
  public CompletionStage<?> recover() {
    List<CompletableFuture<?>> looked =
        ledger.all().stream()
            .<CompletableFuture<?>>map(volume -> recovered(volume).toCompletableFuture())
            .toList();
    return CompletableFuture.allOf(looked.toArray(CompletableFuture[]::new))
        .thenCompose(_ -> files.all())
        .thenCompose(there ->
            CompletableFuture.allOf(
                there.stream()
                    .filter(id -> ledger.current(id).isEmpty())
                    .map(id -> removed(id).toCompletableFuture())
                    .toArray(CompletableFuture[]::new)));
  }

  private CompletionStage<?> recovered(Volume volume) {
    return switch (volume.state()) {
      case VolumeState.Creating _, VolumeState.Deleting _ -> clear(volume.id());
      case VolumeState.Ready _, VolumeState.Resizing _, VolumeState.Snapshotting _ ->
          settle(volume.id());
    };
  }

  /// Ready, as its files say it is.
  private CompletionStage<?> settle(VolumeId id) {
    Optional<Volume> volume = ledger.current(id);
    if (volume.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return files
        .settle(
            id,
            volume.orElseThrow().snapshots().stream()
                .map(VolumeSnapshot::number)
                .collect(Collectors.toSet()))
        .<CompletionStage<?>>handle((bytes, failure) -> {
          if (failure != null) {
            log.error("the files of {} are not what they should be", id, failure);
            return CompletableFuture.completedFuture(null);
          }
          return ledger.change(id, (now, _) -> Reply.done(now.ready(bytes)));
        })
        .thenCompose(done -> done);
  }

  private static CompletionStage<Reply<Volume>> refused(Refusal why) {
    return CompletableFuture.completedFuture(Reply.refused(why));
  }

  private static Refusal nameTaken(VolumeRequest request) {
    return Refusal.ofField(
        RefusalCode.NAME_TAKEN,
        "name",
        "there is a volume named %s already".formatted(request.name()),
        "Choose another name, or delete that one.");
  }

  private static Refusal idTaken(VolumeId id) {
    return Refusal.ofField(
        RefusalCode.NAME_TAKEN,
        "id",
        "there is a volume %s already".formatted(id),
        "Leave the id out, or choose another.");
  }

  private static Refusal refusal(Throwable failure) {
    return switch (cause(failure)) {
      case VolumeFailure volume -> volume.refusal();
      case Deadlines.Overdue overdue -> overdue.refusal();
      case DiskFailure disk when disk.noSpace() ->
          Refusal.of(
              RefusalCode.NO_SPACE,
              "the disk is full: " + disk.getMessage(),
              "Free some space and ask again.");
      case Throwable other ->
          Refusal.of(
              RefusalCode.INTERNAL,
              "the daemon failed to carry this out: " + other,
              "Report this with the daemon's log.");
    };
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
