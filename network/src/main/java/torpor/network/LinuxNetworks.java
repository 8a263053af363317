package torpor.network;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.instance.InstanceId;
import torpor.core.network.AddressRange;
import torpor.core.network.AddressSlot;
import torpor.core.network.NetworkName;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.network.Activity;
import torpor.engine.network.Doorbell;
import torpor.engine.network.NetworkFailure;
import torpor.engine.network.NetworkPlace;
import torpor.engine.network.NetworkPlan;
import torpor.engine.network.Networks;
import torpor.engine.serial.Serial;
import torpor.network.address.Ipv4Address;
import torpor.network.host.HostFiles;
import torpor.network.host.HostShell;
import torpor.network.host.SelfTest;
import torpor.network.names.Names;
import torpor.network.rules.Element;
import torpor.network.rules.GuestWire;
import torpor.network.rules.Wiring;

/// Networks of this Linux host, and the doorbell at their published ports. Thread-safe.
///
/// What is asked of one slot is done in order, by [Slot]; of several, side by side. Closing it
/// closes the doors and leaves the networks as they are: running machines do not notice.
public final class LinuxNetworks implements Networks, Doorbell, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LinuxNetworks.class);

  /// The kernel makes one change of its network at a time; more at once only wait there.
  private static final int CHANGES_AT_ONCE = 4;

  private final NetworkSettings settings;
  private final Host host;
  private final Ring ring;
  private final Optional<Refusal> unavailable;
  private final List<Ipv4Address> nameservers;
  private final int mtu;
  private final ExecutorService changes;
  private final ExecutorService connections;
  private final Map<Optional<AddressSlot>, Set<Element>> found;
  private final Map<InstanceId, AddressSlot> left;
  private final Map<AddressSlot, Desk> desks = new ConcurrentHashMap<>();

  /// A slot and the line before it.
  private record Desk(Slot slot, Executor line) {}

  /// Work on a slot.
  private interface Task<T> {
    T run(Slot slot) throws IOException;
  }

  private LinuxNetworks(
      NetworkSettings settings, Host host, Ring ring, ExecutorService connections) {
    this.settings = settings;
    this.host = host;
    this.ring = ring;
    this.connections = connections;
    this.changes =
        Executors.newFixedThreadPool(
            CHANGES_AT_ONCE, Thread.ofPlatform().daemon().name("network-", 0).factory());
    this.nameservers =
        settings.nameservers().isEmpty() ? HostFiles.nameservers() : settings.nameservers();
    Map<Optional<AddressSlot>, Set<Element>> ports = Map.of();
    Map<InstanceId, AddressSlot> complete = Map.of();
    int width = settings.mtu().orElse(0);
    Optional<Refusal> missing = new SelfTest(host.names(), host.pool(), host.shell()).run();
    try {
      if (missing.isEmpty()) {
        ports = host.elements();
        complete = host.complete();
        width = settings.mtu().isPresent() ? width : HostFiles.uplinkMtu();
      }
    } catch (IOException | NetworkFailure e) {
      missing = Optional.of(unreadable(e));
    }
    this.unavailable = missing;
    this.found = ports;
    this.left = Map.copyOf(complete);
    this.mtu = width;
  }

  /// Tries what this host can do and readies it, in about a tenth of a second.
  ///
  /// @param dataDirectory its id, which stays the same for as long as it lives
  /// @param ring who is rung for
  public static LinuxNetworks open(String dataDirectory, NetworkSettings settings, Ring ring) {
    ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("doorbell-", 0).factory());
    HostShell shell = new HostShell(settings.scriptDeadline(), threads);
    Host host = new Host(Names.of(dataDirectory), settings.pool(), shell);
    LinuxNetworks networks = new LinuxNetworks(settings, host, ring, threads);
    if (networks.unavailable.isEmpty() && networks.nameservers.isEmpty()) {
      log.warn(
          "guests have no nameserver: the host has none that they could reach;"
              + " set network.nameservers");
    }
    return networks;
  }

  private static Refusal unreadable(Exception e) {
    return Refusal.of(
        RefusalCode.NETWORK_UNAVAILABLE,
        "This host's network cannot be read: " + e.getMessage(),
        "See that nft works (nft list tables).");
  }

  @Override
  public Optional<Refusal> unavailable() {
    return unavailable;
  }

  @Override
  public Optional<Doorbell> doorbell() {
    return Optional.of(this);
  }

  @Override
  public int slots() {
    return host.pool().slots();
  }

  @Override
  public String outside(AddressSlot slot) {
    return host.pool().addresses(slot).outside().toString();
  }

  @Override
  public Map<InstanceId, AddressSlot> left() {
    return left;
  }

  @Override
  public CompletionStage<NetworkPlace> attach(NetworkPlan plan) {
    return planned(
        plan,
        slot -> {
          slot.attach(plan, wiring(plan));
          return place(plan.slot());
        });
  }

  @Override
  public CompletionStage<Void> detach(InstanceId instance, AddressSlot slot) {
    return run(slot, desk -> desk.detach(instance)).thenAccept(anything -> {});
  }

  @Override
  public CompletionStage<Integer> sweep(Set<InstanceId> known) {
    return onThreads(() -> occupied())
        .thenCompose(slots -> {
          CompletableFuture<Integer> removed = CompletableFuture.completedFuture(0);
          for (AddressSlot slot : slots) {
            removed =
                removed.thenCombine(
                    run(slot, desk -> desk.sweep(known)), (sum, gone) -> sum + (gone ? 1 : 0));
          }
          return removed;
        });
  }

  private Set<AddressSlot> occupied() throws IOException {
    Set<AddressSlot> slots = new TreeSet<>(HostFiles.occupied(host.names()));
    Map<Optional<AddressSlot>, Set<Element>> published = host.elements();
    published.keySet().forEach(slot -> slot.ifPresent(slots::add));
    Set<Element> strays = published.getOrDefault(Optional.empty(), Set.of());
    if (!strays.isEmpty()) {
      host.put(strays, Set.of());
    }
    return slots;
  }

  @Override
  public CompletionStage<Activity> hold(NetworkPlan plan) {
    return planned(
        plan,
        slot -> {
          slot.hold(plan, wiring(plan));
          return slot.activity(host.traffic());
        });
  }

  @Override
  public CompletionStage<Void> release(NetworkPlan plan) {
    return planned(
            plan,
            slot -> {
              slot.release(plan, wiring(plan));
              return true;
            })
        .thenAccept(done -> {});
  }

  @Override
  public CompletionStage<Void> silence(InstanceId instance, AddressSlot slot) {
    return run(
            slot,
            desk -> {
              desk.silence(instance);
              return true;
            })
        .thenAccept(done -> {});
  }

  @Override
  public CompletionStage<Map<AddressSlot, Activity>> activity() {
    return onThreads(() -> {
      Map<AddressSlot, Activity> tracked = host.traffic();
      Map<AddressSlot, Activity> all = new HashMap<>(tracked);
      desks.forEach((number, desk) -> {
        if (desk.slot().doors().busy() > 0) {
          all.put(number, desk.slot().activity(tracked));
        }
      });
      return Map.copyOf(all);
    });
  }

  private Wiring wiring(NetworkPlan plan) {
    return new Wiring(
        host.names(),
        plan.instance(),
        plan.slot(),
        host.pool().addresses(plan.slot()),
        host.pool().range(),
        mtu,
        nameservers,
        plan.outbound(),
        plan.destinations().stream()
            .flatMap(destinations -> destinations.ranges().stream())
            .map(AddressRange::text)
            .toList(),
        plan.network().stream().mapToInt(NetworkName::number).findFirst(),
        plan.downloadBytesPerSecond(),
        plan.uploadBytesPerSecond());
  }

  private NetworkPlace place(AddressSlot slot) {
    return new NetworkPlace(
        host.names().namespace(slot),
        GuestWire.TAP,
        GuestWire.MAC,
        GuestWire.ADDRESS_WITH_PREFIX,
        GuestWire.GATEWAY,
        nameservers.isEmpty() ? List.of() : GuestWire.NAMESERVERS,
        outside(slot),
        mtu);
  }

  private <T> CompletionStage<T> planned(NetworkPlan plan, Task<T> task) {
    return Ports.refusal(plan.ports())
        .<CompletionStage<T>>map(
            refusal -> CompletableFuture.failedFuture(new NetworkFailure(refusal)))
        .orElseGet(() ->
            host.pool().has(plan.slot())
                ? run(plan.slot(), task)
                : CompletableFuture.failedFuture(new NetworkFailure(beyond(plan.slot()))));
  }

  /// In the slot's line. What stands may be beyond a pool that was larger once, and goes like all
  /// else.
  private <T> CompletableFuture<T> run(AddressSlot number, Task<T> task) {
    Desk desk = desks.computeIfAbsent(number, this::desk);
    return on(desk.line(), () -> task.run(desk.slot()));
  }

  private Refusal beyond(AddressSlot number) {
    return Refusal.ofField(
        RefusalCode.NETWORK_UNAVAILABLE,
        "network.pool",
        "Slot "
            + number
            + " is beyond the "
            + slots()
            + " of the pool "
            + host.pool().range()
            + ".",
        "Set network.pool to a larger range.");
  }

  private <T> CompletableFuture<T> onThreads(Deed<T> deed) {
    return on(changes, deed);
  }

  /// Something that talks to the host.
  private interface Deed<T> {
    T run() throws IOException;
  }

  private <T> CompletableFuture<T> on(Executor executor, Deed<T> deed) {
    if (unavailable.isPresent()) {
      return CompletableFuture.failedFuture(new NetworkFailure(unavailable.get()));
    }
    CompletableFuture<T> done = new CompletableFuture<>();
    try {
      executor.execute(() -> complete(done, deed));
    } catch (RejectedExecutionException closed) {
      done.completeExceptionally(failure(closed));
    }
    return done;
  }

  private static <T> void complete(CompletableFuture<T> done, Deed<T> deed) {
    try {
      done.complete(deed.run());
    } catch (NetworkFailure failed) {
      done.completeExceptionally(failed);
    } catch (IOException | RuntimeException failed) {
      done.completeExceptionally(failure(failed));
    }
  }

  private static NetworkFailure failure(Exception cause) {
    return new NetworkFailure(
        Refusal.of(
            RefusalCode.NETWORK_UNAVAILABLE,
            "The host's network could not be changed: " + cause.getMessage(),
            "See what it names; `torpor doctor` tries this host's network."),
        cause);
  }

  private Desk desk(AddressSlot number) {
    Set<Element> ports = found.getOrDefault(Optional.of(number), Set.of());
    return new Desk(
        new Slot(host, number, settings.patience(), ring, connections, ports), new Serial(changes));
  }

  /// Ends what was begun and closes the doors. Networks stay; where none does, nothing of ours
  /// stays at all. What is asked from now on fails.
  @Override
  public void close() {
    if (changes.isShutdown()) {
      return;
    }
    changes.shutdown();
    try {
      boolean ended =
          changes.awaitTermination(settings.scriptDeadline().toSeconds(), TimeUnit.SECONDS);
      desks.values().forEach(desk -> desk.slot().doors().close());
      if (ended && unavailable.isEmpty() && HostFiles.occupied(host.names()).isEmpty()) {
        host.forget();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | NetworkFailure e) {
      log.warn("the host's table of rules stays: {}", e.getMessage());
    }
    connections.shutdownNow();
  }
}
