package torpor.engine.network;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import torpor.core.instance.InstanceId;
import torpor.core.instance.spec.NetworkWish;
import torpor.core.job.JobId;
import torpor.core.network.AddressSlot;
import torpor.core.network.NetworkName;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.serial.Lanes;

/// Networks of the machines of jobs. Thread-safe; every method returns at once. Failures complete
/// the future with a [NetworkFailure] and nothing else.
///
/// Such a network lives as long as its machine: it is made before each life and removed after it,
/// so a job that sleeps has none, and its next life may be at another slot. The guest does not
/// notice, since inside all are alike. No row says who has which: the host does, by the label that
/// a network carries once it is complete. Like the machine itself it outlives a daemon, and not the
/// host.
///
/// ```
/// attach: take a slot → make the network → its label, last    a daemon that dies in between leaves
/// detach: remove the network → free the slot                  a half, or a label: both are found
/// ```
///
/// What is asked for one job is done in order.
public final class JobNetworks {
  private final Networks networks;
  private final SlotLedger ledger;
  private final Lanes<JobId> lanes;
  private final Map<JobId, AddressSlot> slots = new ConcurrentHashMap<>();

  /// @param ledger of all who have slots of these networks
  public JobNetworks(Networks networks, SlotLedger ledger, Executor threads) {
    this.networks = networks;
    this.ledger = ledger;
    this.lanes = new Lanes<>(threads);
    // Whose they are is known before anybody else is given one.
    networks
        .left()
        .forEach((id, slot) -> ledger.has(new SlotLedger.Tenant(id, Optional.empty()), slot));
  }

  /// Why a machine cannot have such a network here; empty where it can.
  public Optional<Refusal> refusal(NetworkWish wish) {
    return wish.enabled() ? networks.unavailable() : Optional.empty();
  }

  /// Makes a network for the next life of a job's machine; nothing where none is wished for.
  public CompletionStage<Optional<NetworkPlace>> attach(JobId job, NetworkWish wish) {
    return wish.enabled()
        ? inOrder(job, () -> made(job, wish).thenApply(Optional::of))
        : CompletableFuture.completedFuture(Optional.empty());
  }

  private CompletionStage<NetworkPlace> made(JobId job, NetworkWish wish) {
    Optional<Refusal> refused =
        refusal(wish).or(() -> wish.name().flatMap(ledger::alike).map(JobNetworks::alike));
    if (refused.isPresent()) {
      return CompletableFuture.failedFuture(new NetworkFailure(refused.orElseThrow()));
    }
    InstanceId id = InstanceId.of(job);
    SlotLedger.Tenant tenant = new SlotLedger.Tenant(id, wish.name());
    // What an earlier life could not give back is used again.
    Optional<AddressSlot> slot =
        Optional.ofNullable(slots.get(job)).or(() -> ledger.takeHighest(tenant, networks.slots()));
    if (slot.isEmpty()) {
      return CompletableFuture.failedFuture(
          new NetworkFailure(SlotLedger.exhausted(networks.slots())));
    }
    ledger.has(tenant, slot.orElseThrow());
    slots.put(job, slot.orElseThrow());
    return networks
        .attach(NetworkPlan.of(id, slot.orElseThrow(), wish))
        .exceptionallyCompose(failure ->
            removed(job).handle((_, _) -> failure).thenCompose(CompletableFuture::failedFuture));
  }

  /// Removes the network of a job's machine, which has ended. Nothing to do is success.
  public CompletionStage<Void> detach(JobId job) {
    return slots.containsKey(job)
        ? inOrder(job, () -> removed(job))
        : CompletableFuture.completedFuture(null);
  }

  private CompletionStage<Void> removed(JobId job) {
    AddressSlot slot = slots.get(job);
    if (slot == null) {
      return CompletableFuture.completedFuture(null);
    }
    InstanceId id = InstanceId.of(job);
    return networks
        .detach(id, slot)
        .thenRun(() -> {
          slots.remove(job, slot);
          ledger.free(id, slot);
        });
  }

  /// An earlier daemon may have made a network for this job's machine: from now on it is this
  /// one's, and can be detached.
  public void takeOver(JobId job) {
    AddressSlot slot = networks.left().get(InstanceId.of(job));
    if (slot != null) {
      slots.putIfAbsent(job, slot);
    }
  }

  /// Removes all but those of these jobs. Those of earlier daemons are swept by [Networks#sweep].
  public CompletionStage<Void> detachAllBut(Set<JobId> known) {
    List<CompletableFuture<Void>> detached =
        slots.keySet().stream()
            .filter(job -> !known.contains(job))
            .map(job -> detach(job).toCompletableFuture())
            .toList();
    return CompletableFuture.allOf(detached.toArray(CompletableFuture[]::new));
  }

  private <T> CompletionStage<T> inOrder(JobId job, Supplier<CompletionStage<T>> work) {
    CompletableFuture<T> outcome = new CompletableFuture<>();
    lanes.queue(
        job,
        () ->
            CompletableFuture.completedFuture(work)
                .thenCompose(Supplier::get)
                .handle((value, failure) -> {
                  if (failure == null) {
                    outcome.complete(value);
                  } else {
                    outcome.completeExceptionally(NetworkFailure.of(failure));
                  }
                  return value;
                }));
    return outcome;
  }

  private static Refusal alike(NetworkName other) {
    return Refusal.ofField(
        RefusalCode.NAME_TAKEN,
        "network.name",
        "the kernel cannot tell its network and the network %s apart".formatted(other),
        "Choose another name.");
  }
}
