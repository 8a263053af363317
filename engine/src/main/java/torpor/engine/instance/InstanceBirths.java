package torpor.engine.instance;

import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.operation.OperationRules;
import torpor.core.instance.spec.InstanceSpec;
import torpor.core.network.AddressSlot;
import torpor.core.network.NetworkName;
import torpor.core.network.PublishedPort;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.actor.Sentences;
import torpor.engine.caller.IdempotentRequest;
import torpor.engine.caller.InstanceRequest;
import torpor.engine.clock.Chance;
import torpor.engine.network.Networks;
import torpor.engine.network.SlotLedger;
import torpor.engine.store.Idempotency;
import torpor.engine.store.InstanceCommit;
import torpor.engine.store.InstanceStore;
import torpor.engine.volume.VolumeLedger;

/// The one create. What is refused here has changed nothing; what is answered is durable, and from
/// then on the instance is on its way whether or not anybody waits.
final class InstanceBirths {
  private static final int SLOT_TRIES = 64;

  private final InstanceStore store;
  private final InstanceActors actors;
  private final VolumeLedger volumes;
  private final Networks networks;
  private final Reservations reservations;
  private final SlotLedger slots;
  private final Chance chance;

  InstanceBirths(
      InstanceStore store,
      InstanceActors actors,
      VolumeLedger volumes,
      Networks networks,
      SlotLedger slots,
      Reservations reservations,
      Chance chance) {
    this.store = store;
    this.actors = actors;
    this.volumes = volumes;
    this.networks = networks;
    this.slots = slots;
    this.reservations = reservations;
    this.chance = chance;
  }

  CompletionStage<Reply<Instance>> create(InstanceRequest request, Instant now) {
    if (request.idempotent().isEmpty()) {
      return insert(request, now);
    }
    IdempotentRequest key = request.idempotent().orElseThrow();
    return store
        .idempotency(key.key())
        .thenCompose(first ->
            first.isPresent()
                ? CompletableFuture.completedFuture(repeated(key, first.orElseThrow()))
                : insert(request, now));
  }

  private CompletionStage<Reply<Instance>> insert(InstanceRequest request, Instant now) {
    InstanceSpec spec = request.spec();
    Optional<Refusal> refused =
        spec.network().enabled()
            ? networks.unavailable().or(() -> confused(spec))
            : Optional.empty();
    if (refused.isPresent()) {
      return refused(refused.orElseThrow());
    }
    InstanceId id = new InstanceId(chance.newJobId(now).ulid());
    Instance first = Instance.asked(id, spec, Optional.empty(), now);
    return switch (reservations.reserve(first)) {
      case Reply.Refused<Reservations.Reservation>(Refusal full) -> refused(full);
      case Reply.Done<Reservations.Reservation>(Reservations.Reservation room) ->
          insert(request, first, now).whenComplete((_, _) -> room.release());
    };
  }

  private CompletionStage<Reply<Instance>> insert(
      InstanceRequest request, Instance first, Instant now) {
    InstanceId id = first.id();
    return volumes
        .claim(Optional.empty(), first)
        .thenCompose(why ->
            why.isPresent()
                ? refused(why.orElseThrow())
                : attempt(request, id, now, 0, new HashSet<>())
                    .thenApply(reply -> {
                      if (!isDone(reply, id)) {
                        volumes.disclaim(first);
                      }
                      return reply;
                    }));
  }

  /// Whether it is this create that made an instance.
  private static boolean isDone(Reply<Instance> reply, InstanceId id) {
    return reply instanceof Reply.Done<Instance>(Instance made) && made.id().equals(id);
  }

  /// @param taken slots that other creates were faster to take
  private CompletionStage<Reply<Instance>> attempt(
      InstanceRequest request, InstanceId id, Instant now, int tries, Set<AddressSlot> taken) {
    InstanceSpec spec = request.spec();
    Optional<AddressSlot> slot =
        spec.network().enabled() ? freeSlot(id, spec, taken) : Optional.empty();
    if (spec.network().enabled() && (slot.isEmpty() || tries >= SLOT_TRIES)) {
      return CompletableFuture.completedFuture(
          Reply.refused(SlotLedger.exhausted(networks.slots())));
    }
    var created = OperationRules.create(id, spec, slot, now);
    return actors
        .insert(created, request.idempotent().map(key -> remembered(key, id)))
        .whenComplete((outcome, failure) -> {
          if (failure != null) {
            freeUnlessMade(id, slot);
          } else if (!(outcome instanceof InstanceCommit.Committed)) {
            slot.ifPresent(given -> slots.free(id, given));
          }
        })
        .thenCompose(outcome ->
            switch (outcome) {
              case InstanceCommit.Committed _ ->
                  CompletableFuture.completedFuture(Reply.done(created.next()));
              case InstanceCommit.SlotTaken _ -> {
                slot.ifPresent(taken::add);
                yield attempt(request, id, now, tries + 1, taken);
              }
              case InstanceCommit.NameTaken _ -> refused(nameTaken(spec));
              case InstanceCommit.PortTaken(PublishedPort port) -> refused(portTaken(port));
              case InstanceCommit.Repeated(Idempotency first) ->
                  CompletableFuture.completedFuture(
                      repeated(request.idempotent().orElseThrow(), first));
              case InstanceCommit.Fenced(String detail) -> refused(Sentences.fenced(detail));
              case InstanceCommit.Stale _ ->
                  throw new IllegalStateException("a new id was taken: " + id);
            })
        .exceptionally(failure -> Reply.refused(Sentences.storeFailed(failure)));
  }

  private static CompletionStage<Reply<Instance>> refused(Refusal why) {
    return CompletableFuture.completedFuture(Reply.refused(why));
  }

  /// The lowest that nobody is known to have or to ask for; the commit decides.
  private Optional<AddressSlot> freeSlot(InstanceId id, InstanceSpec spec, Set<AddressSlot> taken) {
    return slots.takeLowest(
        new SlotLedger.Tenant(id, spec.network().name()), networks.slots(), taken);
  }

  /// Where the store did not say what became of the row, nobody else gets its slot before it does.
  private void freeUnlessMade(InstanceId id, Optional<AddressSlot> slot) {
    slot.ifPresent(given -> {
      var _ =
          store
              .load(id)
              .thenAccept(row -> {
                if (row.isEmpty()) {
                  slots.free(id, given);
                }
              });
    });
  }

  /// Networks are kept apart by their numbers.
  private Optional<Refusal> confused(InstanceSpec spec) {
    return spec.network()
        .name()
        .flatMap(mine -> slots.alike(mine).map(other -> indistinct(mine, other)));
  }

  private static Refusal indistinct(NetworkName mine, NetworkName other) {
    return Refusal.ofField(
        RefusalCode.NAME_TAKEN,
        "network.name",
        "the kernel cannot tell the networks %s and %s apart".formatted(mine, other),
        "Choose another name.");
  }

  private static Idempotency remembered(IdempotentRequest key, InstanceId id) {
    return new Idempotency(key.key(), key.fingerprint(), id.toString());
  }

  /// The instance that the first request made, as it is now.
  private Reply<Instance> repeated(IdempotentRequest key, Idempotency first) {
    if (!key.fingerprint().equals(first.fingerprint())) {
      return Reply.refused(Sentences.keyReused());
    }
    InstanceId id = InstanceId.parse(first.answer());
    return actors
        .current(id)
        .map(Reply::done)
        .orElseGet(() -> Reply.refused(InstanceActors.notFound(id.toString())));
  }

  private static Refusal nameTaken(InstanceSpec spec) {
    return Refusal.ofField(
        RefusalCode.NAME_TAKEN,
        "name",
        "there is an instance named %s already".formatted(spec.name()),
        "Choose another name, or delete that one.");
  }

  private static Refusal portTaken(PublishedPort port) {
    return Refusal.ofField(
        RefusalCode.PORT_TAKEN,
        "ports",
        "port %d/%s of this host is published by another instance"
            .formatted(port.hostPort(), port.protocol().text()),
        "Choose another port, or delete that instance.");
  }
}
