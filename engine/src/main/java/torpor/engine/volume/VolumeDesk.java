package torpor.engine.volume;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import torpor.core.instance.volume.Attachment;
import torpor.core.instance.volume.Volume;
import torpor.core.instance.volume.VolumeId;
import torpor.core.instance.volume.VolumeRules;
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
import torpor.engine.effect.Deadlines;
import torpor.engine.effect.Failures;
import torpor.engine.store.Idempotency;
import torpor.engine.store.VolumeCommit;
import torpor.engine.store.VolumeStore;

/// Where callers of volumes are served. Each deed is an intent that is committed, then the files,
/// then a commit that it is done; a deed that fails takes back what there is of it before it is
/// answered.
public final class VolumeDesk implements Volumes {
  private static final Duration LONG = Duration.ofHours(1);

  private final VolumeStore store;
  private final VolumeLedger ledger;
  private final VolumeFiles files;
  private final VolumeReconciler reconciler;
  private final Room room;
  private final Deadlines deadlines;
  private final InstantSource clock;
  private final Chance chance;

  /// What the host has room for.
  @FunctionalInterface
  public interface Room {
    /// Takes room for a volume of so many bytes, until its row says so or never will.
    ///
    /// @return what releases it
    Reply<Runnable> reserve(VolumeId id, long bytes);
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
    this.reconciler = new VolumeReconciler(ledger, files, deadlines);
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
    Instant now = clock.instant();
    VolumeId id = request.id().orElseGet(() -> new VolumeId(chance.newJobId(now).ulid()));
    return reserved(
        id,
        bytes,
        () -> insert(request, Volume.asked(id, request.name(), bytes, request.tags(), now)));
  }

  private CompletionStage<Reply<Volume>> reserved(
      VolumeId id, long bytes, Supplier<CompletionStage<Reply<Volume>>> work) {
    return switch (room.reserve(id, bytes)) {
      case Reply.Refused<Runnable>(Refusal full) -> refused(full);
      case Reply.Done<Runnable>(Runnable release) ->
          work.get().whenComplete((_, _) -> release.run());
    };
  }

  private CompletionStage<Reply<Volume>> insert(VolumeRequest request, Volume first) {
    VolumeId id = first.id();
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
        .exceptionallyCompose(
            failure -> undone(first.id(), failure, made, () -> reconciler.clear(first.id())));
  }

  /// The refusal, once what there is of the deed is undone. What is late may still be at work:
  /// nothing is done under it, and it is undone when it has ended.
  private CompletionStage<Reply<Volume>> undone(
      VolumeId id, Throwable failure, CompletionStage<?> deed, Supplier<CompletionStage<?>> undo) {
    Reply<Volume> answer = Reply.refused(refusal(failure));
    boolean late = Deadlines.isOverdue(failure);
    if (late) {
      ledger.troubles().put(id, String.valueOf(Failures.cause(failure).getMessage()));
    }
    CompletionStage<?> back = deed.handle((_, _) -> null).thenCompose(_ -> undo.get());
    return late ? CompletableFuture.completedFuture(answer) : back.handle((_, _) -> answer);
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
    return reserved(
        id,
        bytes,
        () ->
            ledger
                .use(id, (volume, all) -> VolumeRules.resize(volume, bytes, all))
                .thenCompose(begun ->
                    carryOut(
                        begun,
                        () -> files.resize(id, bytes),
                        () -> ledger.change(id, (volume, _) -> Reply.done(volume.ready(bytes))))));
  }

  @Override
  public CompletionStage<Reply<Volume>> snapshot(VolumeId id, Optional<String> label) {
    return ledger
        .use(id, VolumeRules::snapshot)
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
        .exceptionallyCompose(
            failure -> undone(volume.id(), failure, done, () -> reconciler.settle(volume.id())));
  }

  @Override
  public CompletionStage<Reply<Volume>> dropSnapshot(VolumeId id, SnapshotNumber number) {
    return ledger
        .use(id, (volume, _) -> VolumeRules.forget(volume, number))
        .thenCompose(reply ->
            reply instanceof Reply.Done<Volume>
                // What is left now no row names: the next look drops it.
                ? files.dropSnapshot(id, number).handle((_, _) -> reply)
                : CompletableFuture.completedFuture(reply));
  }

  @Override
  public CompletionStage<Reply<Volume>> delete(VolumeId id) {
    return ledger
        .change(id, (volume, all) -> VolumeRules.delete(deletable(volume), all))
        .thenCompose(reply ->
            reply instanceof Reply.Done<Volume>
                ? reconciler
                    .remove(id)
                    .thenApply(why -> why.<Reply<Volume>>map(Reply::refused).orElse(reply))
                : CompletableFuture.completedFuture(reply));
  }

  /// What is in trouble is under way to nothing any more.
  private Volume deletable(Volume volume) {
    return ledger.troubles().of(volume.id()).isPresent()
        ? volume.in(new VolumeState.Ready())
        : volume;
  }

  @Override
  public Optional<String> trouble(VolumeId id) {
    return ledger.troubles().of(id);
  }

  /// A sentence where volumes cannot be used.
  public Optional<String> trouble() {
    return reconciler.trouble();
  }

  /// Brings to order what a daemon before this one left. Completes, in minutes at most, when every
  /// volume is ready, gone or in trouble.
  public CompletionStage<?> recover() {
    return reconciler.recover();
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

  static Refusal refusal(Throwable failure) {
    return Failures.cause(failure) instanceof VolumeFailure volume
        ? volume.refusal()
        : Failures.refusal(Failures.cause(failure));
  }
}
