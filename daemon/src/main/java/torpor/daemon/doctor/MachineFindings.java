package torpor.daemon.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.daemon.config.Settings;
import torpor.daemon.machine.HostMachines;
import torpor.daemon.machine.KernelPlace;
import torpor.daemon.scratch.ScratchDirectory;
import torpor.engine.machine.Capabilities;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.network.NetworkPlace;
import torpor.images.HostImages;
import torpor.images.ImageSettings;
import torpor.network.LinuxNetworks;
import torpor.network.NetworkSettings;
import torpor.network.address.AddressPool;
import torpor.network.address.Ipv4Range;
import torpor.network.facts.Route;
import torpor.network.host.HostFiles;
import torpor.runtime.qemu.QemuRuntime;
import torpor.runtime.qemu.QemuSettings;

/// What this host has for machines: QEMU, a kernel, KVM, tools for images, a network. That
/// something is missing is no fault: the other runtimes do without.
public final class MachineFindings {
  private static final Path KVM = Path.of("/dev/kvm");
  private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");
  // Of the ranges for examples: beside a daemon its own pool would seem taken. Some hosts have even
  // one of these as their network.
  private static final List<Ipv4Range> ASIDE =
      Stream.of("192.0.2.0/28", "198.51.100.0/28", "203.0.113.0/28")
          .map(text -> Ipv4Range.parse(text).orElseThrow())
          .toList();

  private MachineFindings() {}

  public static List<Finding> of(Settings settings, Map<String, String> environment) {
    List<Finding> findings = new ArrayList<>();
    try (ScratchDirectory scratch = ScratchDirectory.create("torpor-doctor-")) {
      String path = environment.getOrDefault("PATH", "");
      ImageSettings aside =
          ImageSettings.defaults(
              scratch.path().resolve("images"), scratch.path().resolve("staging"), path);
      try (HostImages images = HostImages.open(aside, InstantSource.system())) {
        findings.addAll(machines(settings, images));
        findings.addAll(each("images", "can be pulled and converted", images.problems()));
      }
      findings.add(network(settings));
    } catch (IOException e) {
      throw new UncheckedIOException("look at what machines need, in a temporary directory", e);
    }
    return findings;
  }

  private static List<Finding> machines(Settings settings, HostImages images) {
    QemuSettings wanted =
        new QemuSettings(
            "doctor",
            settings.data().resolve("machines"),
            new KernelPlace(settings.machines().kernel()).newest(),
            images,
            Optional.<SocketAddress>empty(),
            Optional.empty(),
            Optional.empty(),
            false);
    try (MachineRuntime runtime = QemuRuntime.open(wanted)) {
      Capabilities found = runtime.capabilities();
      List<Finding> findings = new ArrayList<>();
      findings.addAll(each("machines", found.version().orElse("can run"), found.problems()));
      findings.add(Processor.look(KVM, found.version()));
      return findings;
    }
  }

  private static List<Finding> each(
      String what, String wellDetail, List<Capabilities.Problem> problems) {
    return problems.isEmpty()
        ? List.of(Finding.ok(what, wellDetail))
        : problems.stream()
            .map(problem -> Finding.note(what, problem.what(), problem.remedy()))
            .toList();
  }

  private static Finding network(Settings settings) {
    // The pool itself is looked at only where no daemon can have networks in it.
    boolean inUse = Files.exists(settings.data().resolve("id"));
    return switch (HostMachines.network(settings.machines().network())) {
      case Reply.Refused<NetworkSettings>(Refusal refusal) ->
          Finding.fault("network", refusal.detail(), refusal.remedy());
      case Reply.Done<NetworkSettings>(NetworkSettings wanted) ->
          tried(inUse ? aside(wanted, routes()) : wanted);
    };
  }

  private static List<Route> routes() {
    try {
      return HostFiles.routes();
    } catch (IOException unreadable) {
      // The trial says so.
      return List.of();
    }
  }

  /// The same with a pool that none of the host's routes leads to.
  static NetworkSettings aside(NetworkSettings wanted, List<Route> routes) {
    Ipv4Range free =
        ASIDE.stream()
            .filter(range ->
                routes.stream()
                    .noneMatch(route -> route.leadsToANetwork() && route.to().overlaps(range)))
            .findFirst()
            .orElse(ASIDE.getFirst());
    return new NetworkSettings(
        new AddressPool(free, List.of()),
        wanted.nameservers(),
        wanted.mtu(),
        wanted.patience(),
        wanted.scriptDeadline());
  }

  /// Tries it under a name of its own, and leaves nothing behind.
  private static Finding tried(NetworkSettings settings) {
    Optional<String> forwarding = read(FORWARDING);
    try (LinuxNetworks networks =
        LinuxNetworks.open("doctor-" + ProcessHandle.current().pid(), settings, _ -> nobody())) {
      return networks
          .unavailable()
          .map(refusal -> Finding.note("network", refusal.detail(), refusal.remedy()))
          .orElseGet(() -> Finding.ok("network", "namespaces, TAP devices and rules can be made"));
    } finally {
      forwarding.ifPresent(MachineFindings::restoreForwarding);
    }
  }

  private static CompletableFuture<NetworkPlace> nobody() {
    return CompletableFuture.failedFuture(new IllegalStateException("nobody is rung for"));
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private static void restoreForwarding(String before) {
    if (read(FORWARDING).filter(before::equals).isPresent()) {
      return;
    }
    try {
      Files.writeString(FORWARDING, before);
    } catch (IOException e) {
      throw new UncheckedIOException("give back " + FORWARDING, e);
    }
  }
}
