package torpor.network;

import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.instance.InstanceId;
import torpor.core.network.AddressSlot;
import torpor.core.refusal.Refusal;
import torpor.engine.network.Activity;
import torpor.engine.network.Doorbell.Ring;
import torpor.engine.network.NetworkFailure;
import torpor.engine.network.NetworkPlace;
import torpor.engine.network.NetworkPlan;
import torpor.network.door.Doors;
import torpor.network.door.Reception;
import torpor.network.host.HostFiles;
import torpor.network.rules.Element;
import torpor.network.rules.Membership;
import torpor.network.rules.Wiring;
import torpor.network.script.NetworkScripts;

/// One slot of the pool: whose it is, what of it the kernel has, and its doors. Blocks; used by one
/// thread at a time, except [#doors] and [#activity].
final class Slot {
  private static final Logger log = LoggerFactory.getLogger(Slot.class);
  private final Host host;
  private final Ring ring;
  private final AddressSlot number;
  private final Doors doors;
  private volatile Optional<InstanceId> tenant = Optional.empty();
  private boolean held;

  /// What the kernel's maps have of this slot; empty where a change of them failed in the middle.
  private Optional<Set<Element>> standing;

  /// @param standing what the kernel's maps have of it when the daemon begins
  Slot(
      Host host,
      AddressSlot number,
      Reception.Patience patience,
      Ring ring,
      ExecutorService connections,
      Set<Element> standing) {
    this.host = host;
    this.number = number;
    this.ring = ring;
    this.doors = new Doors(new Reception(this::ring, patience, connections));
    this.standing = Optional.of(Set.copyOf(standing));
  }

  private CompletableFuture<NetworkPlace> ring() {
    return tenant
        .map(instance -> ring.ring(instance).toCompletableFuture())
        .orElseGet(
            () -> CompletableFuture.failedFuture(new IllegalStateException("nobody lives here")));
  }

  Doors doors() {
    return doors;
  }

  /// With what is at the doors.
  Activity activity(Map<AddressSlot, Activity> tracked) {
    return tracked
        .getOrDefault(number, Activity.NONE)
        .and(new Activity(doors.busy(), Optional.empty()));
  }

  /// Makes the network, or brings the one that stands to the plan.
  void attach(NetworkPlan plan, Wiring wiring) throws IOException {
    Set<Element> wanted = wanted(plan, wiring, !held);
    boolean complete = host.stands(wiring);
    if (!complete) {
      host.clash(wiring).ifPresent(Slot::fail);
    }
    openDoors(plan, Set.copyOf(Ports.publications(plan.ports(), wiring.addresses(), !held)));
    tenant = Optional.of(plan.instance());
    String base =
        complete ? NetworkScripts.refresh(wiring) : remains() + NetworkScripts.build(wiring);
    try {
      change(base, wanted);
    } catch (IOException | RuntimeException failed) {
      if (!complete) {
        undo(failed);
      }
      throw failed;
    }
  }

  /// @param open whether published TCP ports lead to the machine
  private static Set<Element> wanted(NetworkPlan plan, Wiring wiring, boolean open) {
    Set<Element> wanted = new HashSet<>(Ports.publications(plan.ports(), wiring.addresses(), open));
    wiring
        .network()
        .ifPresent(network -> wanted.add(new Membership(wiring.addresses().outside(), network)));
    return wanted;
  }

  /// Where the kernel has a port already, the door is only to be kept: somebody took it while no
  /// daemon lived, and the machine must not suffer for it.
  private void openDoors(NetworkPlan plan, Set<Element> published) throws IOException {
    Optional<Refusal> taken = doors.open(plan.ports());
    if (taken.isPresent()) {
      if (published.isEmpty() || !standing().containsAll(published)) {
        fail(taken.get());
      }
      log.warn("slot {}: {} Its connections cannot be held.", number, taken.get().detail());
    }
  }

  private String remains() {
    return HostFiles.anythingAt(host.names(), number)
        ? NetworkScripts.clear(host.names(), number)
        : "";
  }

  private void undo(Exception failed) {
    try {
      change(NetworkScripts.clear(host.names(), number), Set.of());
    } catch (IOException | RuntimeException again) {
      failed.addSuppressed(again);
    }
    vacateUnlessHeld();
  }

  /// Removes the network, unless another instance has the slot by now.
  ///
  /// @return whether there was anything
  boolean detach(InstanceId instance) throws IOException {
    if (tenant
        .or(() -> HostFiles.owner(host.names(), number))
        .filter(at -> !at.equals(instance))
        .isPresent()) {
      return false;
    }
    return remove();
  }

  /// Removes the network where it is of none of these, or only a half of one that this daemon did
  /// not make.
  ///
  /// @return whether there was anything
  boolean sweep(Set<InstanceId> known) throws IOException {
    Optional<InstanceId> owner = tenant.or(() -> HostFiles.owner(host.names(), number));
    if (owner.filter(known::contains).isPresent()) {
      return false;
    }
    held = false;
    return remove();
  }

  /// Removes the network, whosoever it is.
  ///
  /// @return whether there was anything
  private boolean remove() throws IOException {
    boolean anything = HostFiles.anythingAt(host.names(), number) || !standing().isEmpty();
    if (anything) {
      change(NetworkScripts.clear(host.names(), number), Set.of());
    }
    vacateUnlessHeld();
    return anything;
  }

  private void vacateUnlessHeld() {
    if (!held) {
      doors.close();
      tenant = Optional.empty();
    }
  }

  void hold(NetworkPlan plan, Wiring wiring) throws IOException {
    doors.open(plan.ports()).ifPresent(Slot::fail);
    tenant = Optional.of(plan.instance());
    boolean stands = host.stands(wiring);
    change("", stands ? wanted(plan, wiring, false) : Set.of());
    held = true;
  }

  void release(NetworkPlan plan, Wiring wiring) throws IOException {
    boolean stands = host.stands(wiring);
    change("", stands ? wanted(plan, wiring, true) : standing());
    held = false;
    if (!stands) {
      vacateUnlessHeld();
    }
  }

  void silence(InstanceId instance) throws IOException {
    if (tenant.filter(instance::equals).isPresent()) {
      change("", Set.of());
      held = false;
      vacateUnlessHeld();
    }
  }

  private Set<Element> standing() throws IOException {
    if (standing.isEmpty()) {
      standing = Optional.of(host.elements(number));
    }
    return standing.get();
  }

  /// Runs a script and the change of the ports that follows it; nothing where neither is needed.
  private void change(String script, Set<Element> wanted) throws IOException {
    String whole = script + NetworkScripts.rules(host.change(standing(), wanted));
    if (whole.isEmpty()) {
      return;
    }
    standing = Optional.empty();
    host.run(whole, "the network of slot " + number + " could not be changed");
    standing = Optional.of(Set.copyOf(wanted));
  }

  private static void fail(Refusal refusal) {
    throw new NetworkFailure(refusal);
  }
}
