package torpor.engine.network;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import torpor.core.instance.InstanceId;
import torpor.core.network.AddressSlot;
import torpor.core.network.NetworkName;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;

/// Who has which slot of this host: instances for as long as their rows say so, machines of jobs
/// for as long as they live. Thread-safe.
///
/// Between instances the database decides, and this only spares it most of the conflicts. Between a
/// job's machine and anybody else it is decided here: one daemon serves a node, and this is the
/// only ledger that it has.
public final class SlotLedger {
  private final Map<AddressSlot, Tenant> tenants = new ConcurrentHashMap<>();

  /// @param id of an instance, or of a job's
  /// @param network that it shares with others
  public record Tenant(InstanceId id, Optional<NetworkName> network) {}

  /// A row says so, or the host does; whoever else was thought to have it does not.
  public void has(Tenant tenant, AddressSlot slot) {
    tenants.put(slot, tenant);
  }

  /// Gives the lowest slot that nobody has; empty where there is none.
  ///
  /// @param slots how many there are
  /// @param others that it is not to be
  public Optional<AddressSlot> takeLowest(Tenant tenant, int slots, Set<AddressSlot> others) {
    for (int number = 0; number < slots; number++) {
      AddressSlot slot = new AddressSlot(number);
      if (!others.contains(slot) && take(tenant, slot)) {
        return Optional.of(slot);
      }
    }
    return Optional.empty();
  }

  /// Gives the highest slot that nobody has; empty where there is none.
  ///
  /// @param slots how many there are
  public Optional<AddressSlot> takeHighest(Tenant tenant, int slots) {
    for (int number = slots - 1; number >= 0; number--) {
      AddressSlot slot = new AddressSlot(number);
      if (take(tenant, slot)) {
        return Optional.of(slot);
      }
    }
    return Optional.empty();
  }

  private boolean take(Tenant tenant, AddressSlot slot) {
    return tenants.putIfAbsent(slot, tenant) == null;
  }

  /// Somebody else may have it now. Nothing where it is another's.
  public void free(InstanceId id, AddressSlot slot) {
    tenants.computeIfPresent(slot, (_, tenant) -> tenant.id().equals(id) ? null : tenant);
  }

  /// Frees what is of none of these.
  public void retain(Set<InstanceId> known) {
    tenants.values().removeIf(tenant -> !known.contains(tenant.id()));
  }

  /// Why nobody is given one any more.
  ///
  /// @param slots how many there are
  public static Refusal exhausted(int slots) {
    return Refusal.of(
        RefusalCode.NO_CAPACITY,
        "all %d networks of this host's pool are in use".formatted(slots),
        "Delete instances, or set network.pool to a larger range.");
  }

  /// How many are not free.
  public int taken() {
    return tenants.size();
  }

  /// Another network that somebody is in and that the kernel would take for this one; see
  /// [NetworkName#number].
  public Optional<NetworkName> alike(NetworkName network) {
    return tenants.values().stream()
        .flatMap(tenant -> tenant.network().stream())
        .filter(other -> !other.equals(network) && other.number() == network.number())
        .findAny();
  }
}
