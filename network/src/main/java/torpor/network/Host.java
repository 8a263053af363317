package torpor.network;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import torpor.core.instance.InstanceId;
import torpor.core.network.AddressSlot;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.network.Activity;
import torpor.engine.network.NetworkFailure;
import torpor.network.address.AddressPool;
import torpor.network.facts.Route;
import torpor.network.facts.Traffic;
import torpor.network.host.HostFiles;
import torpor.network.host.HostShell;
import torpor.network.host.SelfTest;
import torpor.network.names.Names;
import torpor.network.rules.Element;
import torpor.network.rules.Elements;
import torpor.network.rules.Wiring;
import torpor.network.script.NetworkScripts;

/// This host, as the slots see it. Blocks.
record Host(Names names, AddressPool pool, HostShell shell) {

  /// Whether exactly this instance's network stands complete, at these addresses.
  boolean stands(Wiring wiring) throws IOException {
    return HostFiles.owner(names, wiring.slot()).filter(wiring.instance()::equals).isPresent()
        && HostFiles.routes().contains(new Route(wiring.wire(), wiring.addresses().subnet()));
  }

  /// Whose networks stand complete, and where; those within the pool.
  Map<InstanceId, AddressSlot> complete() throws IOException {
    Map<InstanceId, AddressSlot> found = new HashMap<>();
    for (AddressSlot slot : HostFiles.occupied(names)) {
      if (pool.has(slot)) {
        HostFiles.owner(names, slot).ifPresent(owner -> found.put(owner, slot));
      }
    }
    return found;
  }

  /// Whether somebody took the slot's addresses since the daemon began.
  Optional<Refusal> clash(Wiring wiring) throws IOException {
    return SelfTest.clash(HostFiles.routes(), names, wiring.addresses().subnet()::overlaps);
  }

  String change(Set<Element> standing, Set<Element> wanted) {
    return Elements.change(names, standing, wanted);
  }

  /// What the host's table has, by slot; what is of no slot of this pool is under empty.
  Map<Optional<AddressSlot>, Set<Element>> elements() throws IOException {
    String listing =
        run("nft -j list table ip " + names.table(), "the table of rules could not be listed")
            .output();
    Map<Optional<AddressSlot>, Set<Element>> found = new HashMap<>();
    for (Element element : Elements.read(listing)) {
      found.computeIfAbsent(pool.slotOf(element.whose()), none -> new HashSet<>()).add(element);
    }
    return found;
  }

  /// Changes elements and nothing else.
  void put(Set<Element> standing, Set<Element> wanted) throws IOException {
    run(NetworkScripts.rules(change(standing, wanted)), "the table of rules could not be changed");
  }

  Set<Element> elements(AddressSlot slot) throws IOException {
    return elements().getOrDefault(Optional.of(slot), Set.of());
  }

  Map<AddressSlot, Activity> traffic() throws IOException {
    Optional<String> file = HostFiles.connections();
    String lines =
        file.isPresent()
            ? file.get()
            : run("conntrack -L -o extended", "connections could not be listed").output();
    return Traffic.of(lines.lines(), pool, HostFiles.timeouts());
  }

  /// Removes the host's table.
  void forget() throws IOException {
    run(
        NetworkScripts.rules("add table ip @\ndelete table ip @\n".replace("@", names.table())),
        "the table of rules could not be removed");
  }

  /// @throws NetworkFailure where the script fails
  HostShell.Outcome run(String script, String what) throws IOException {
    HostShell.Outcome outcome = shell.run(script);
    if (!outcome.succeeded()) {
      throw new NetworkFailure(
          Refusal.of(
              RefusalCode.NETWORK_UNAVAILABLE,
              what + ": " + outcome.errors().strip(),
              "See what it names; `torpor doctor` tries this host's network."));
    }
    return outcome;
  }
}
