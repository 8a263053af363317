package torpor.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Assumptions;
import torpor.core.instance.InstanceId;
import torpor.core.network.AddressRange;
import torpor.core.network.AddressSlot;
import torpor.core.network.Destinations;
import torpor.core.network.NetworkName;
import torpor.core.network.PublishedPort;
import torpor.core.network.PublishedPort.Protocol;
import torpor.core.refusal.Reply;
import torpor.engine.network.NetworkPlace;
import torpor.engine.network.NetworkPlan;
import torpor.network.host.HostFiles;
import torpor.network.lab.Guest;
import torpor.network.lab.Outside;
import torpor.network.lab.Shell;
import torpor.network.names.Names;

/// Real networks of this host, of a data directory of their own, all gone at the end.
final class Lab implements AutoCloseable {
  private final String dataDirectory;
  private final NetworkSettings settings;
  private final Outside outside;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final AtomicReference<Function<InstanceId, CompletionStage<NetworkPlace>>> ring =
      new AtomicReference<>(
          instance -> CompletableFuture.failedFuture(new IllegalStateException("nobody wakes")));
  private LinuxNetworks networks;

  private Lab(String dataDirectory, NetworkSettings settings, Outside outside) {
    this.dataDirectory = dataDirectory;
    this.settings = settings;
    this.outside = outside;
    this.networks = reopen(dataDirectory, settings);
  }

  /// Skips the calling class, and says so, where this host has no networks for instances.
  static void skipUnlessPossible() {
    String directory = "tried " + ProcessHandle.current().pid();
    try (LinuxNetworks tried =
        LinuxNetworks.open(
            directory, settings(pool(directory), List.of()), _ -> new CompletableFuture<>())) {
      tried
          .unavailable()
          .ifPresent(refusal -> {
            System.err.println("SKIPPED: " + refusal.detail() + " " + refusal.remedy());
            Assumptions.abort(refusal.detail());
          });
    }
  }

  static Lab open() {
    String directory = "test " + System.nanoTime() + " " + ProcessHandle.current().pid();
    Outside outside = Outside.connect();
    return new Lab(directory, settings(pool(directory), List.of(outside.there())), outside);
  }

  /// Where nobody is as a rule, and another lab seldom.
  private static String pool(String directory) {
    int hash = directory.hashCode();
    return String.format(Locale.ROOT, "10.%d.%d.0/24", 224 + (hash & 31), hash >>> 8 & 255);
  }

  static NetworkSettings settings(String pool, List<String> nameservers) {
    return switch (NetworkSettings.read(pool, List.of(), nameservers, OptionalInt.empty())) {
      case Reply.Done<NetworkSettings>(NetworkSettings settings) -> settings;
      case Reply.Refused<NetworkSettings> refused ->
          throw new AssertionError(refused.refusal().detail());
    };
  }

  private LinuxNetworks reopen(String directory, NetworkSettings given) {
    return LinuxNetworks.open(directory, given, instance -> ring.get().apply(instance));
  }

  LinuxNetworks networks() {
    return networks;
  }

  /// As a daemon that dies and is started again.
  LinuxNetworks restartDaemon() {
    networks.close();
    networks = reopen(dataDirectory, settings);
    return networks;
  }

  /// The same with a pool of four slots, which begins where the old one did.
  LinuxNetworks restartDaemonWithFourSlots() {
    networks.close();
    String smaller = settings.pool().range().toString().replace("/24", "/28");
    networks = reopen(dataDirectory, settings(smaller, List.of()));
    return networks;
  }

  void whenRung(Function<InstanceId, CompletionStage<NetworkPlace>> answer) {
    ring.set(answer);
  }

  Outside outside() {
    return outside;
  }

  Names names() {
    return Names.of(dataDirectory);
  }

  NetworkSettings settings() {
    return settings;
  }

  /// By which a guest in that slot sees this host.
  String hostEnd(int slot) {
    return settings.pool().addresses(new AddressSlot(slot)).host().toString();
  }

  NetworkPlace attach(NetworkPlan plan) throws Exception {
    return get(networks.attach(plan));
  }

  /// Attached, with a guest in it.
  Guest start(NetworkPlan plan) throws Exception {
    Guest guest = Guest.start(attach(plan));
    open.push(guest);
    return guest;
  }

  <T extends AutoCloseable> T closing(T thing) {
    open.push(thing);
    return thing;
  }

  static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  static InstanceId instance(int number) {
    return new InstanceId(String.format(Locale.ROOT, "01jd%022d", number));
  }

  static NetworkPlan plan(int number, PublishedPort... ports) {
    return new NetworkPlan(
        instance(number),
        new AddressSlot(number),
        true,
        Optional.empty(),
        Optional.empty(),
        List.of(ports),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  static NetworkPlan outbound(NetworkPlan plan, boolean outbound) {
    return new NetworkPlan(
        plan.instance(),
        plan.slot(),
        outbound,
        Optional.empty(),
        plan.network(),
        plan.ports(),
        plan.downloadBytesPerSecond(),
        plan.uploadBytesPerSecond());
  }

  static NetworkPlan in(String network, NetworkPlan plan) {
    return new NetworkPlan(
        plan.instance(),
        plan.slot(),
        plan.outbound(),
        plan.destinations(),
        Optional.of(new NetworkName(network)),
        plan.ports(),
        plan.downloadBytesPerSecond(),
        plan.uploadBytesPerSecond());
  }

  static NetworkPlan onlyTo(String range, NetworkPlan plan) {
    return new NetworkPlan(
        plan.instance(),
        plan.slot(),
        true,
        Optional.of(new Destinations(List.of(new AddressRange(range)))),
        plan.network(),
        plan.ports(),
        plan.downloadBytesPerSecond(),
        plan.uploadBytesPerSecond());
  }

  static PublishedPort loopback(int hostPort, int guestPort) {
    return new PublishedPort(Optional.empty(), hostPort, guestPort, Protocol.TCP);
  }

  static PublishedPort everywhere(int hostPort, int guestPort) {
    return new PublishedPort(Optional.of("0.0.0.0"), hostPort, guestPort, Protocol.TCP);
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("0.0.0.0"))) {
      return socket.getLocalPort();
    }
  }

  /// Everything on the host that carries this data directory's mark, but for the empty table.
  String traces() throws IOException {
    return HostFiles.occupied(names())
        + Shell.run(
            "nft list table ip " + names().table() + " 2>/dev/null | grep -A3 elements || true");
  }

  @Override
  public void close() {
    try {
      while (!open.isEmpty()) {
        open.pop().close();
      }
      get(networks.sweep(Set.of()));
      networks.close();
    } catch (Exception e) {
      throw new AssertionError("the lab could not be cleared", e);
    } finally {
      outside.close();
    }
  }
}
