package torpor.daemon.machine;

import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import torpor.api.instance.MachinePorts;
import torpor.core.job.JobId;
import torpor.core.refusal.Reply;
import torpor.daemon.config.Settings;
import torpor.daemon.config.Sources;
import torpor.engine.ByHand;
import torpor.engine.Engine;
import torpor.engine.disk.InstanceDirectories;
import torpor.engine.instance.Capacity;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.network.Doorbell;
import torpor.engine.network.SlotLedger;
import torpor.images.HostImages;
import torpor.images.ImageSettings;
import torpor.network.LinuxNetworks;
import torpor.network.NetworkSettings;
import torpor.runtime.qemu.QemuRuntime;
import torpor.runtime.qemu.QemuSettings;
import torpor.runtime.qemu.upkeep.UpkeepSettings;
import torpor.runtime.qemu.volume.QemuVolumes;
import torpor.runtime.qemu.volume.VolumeShelf;
import torpor.store.SqlJobStore;
import torpor.store.disk.DataDirectory;

/// Virtual machines on this host. Closing it leaves running ones as they are.
public final class HostMachines implements AutoCloseable {
  private final HostImages images;
  private final Optional<LinuxNetworks> networks;
  private final SlotLedger slots;
  private final MachineRuntime runtime;
  private final VolumeShelf volumes;
  private final Capacity capacity;
  private final Capacity has;
  private final Optional<Duration> drillEvery;

  private HostMachines(
      HostImages images,
      Optional<LinuxNetworks> networks,
      SlotLedger slots,
      MachineRuntime runtime,
      VolumeShelf volumes,
      Capacity capacity,
      Capacity has,
      Optional<Duration> drillEvery) {
    this.images = images;
    this.networks = networks;
    this.slots = slots;
    this.runtime = runtime;
    this.volumes = volumes;
    this.capacity = capacity;
    this.has = has;
    this.drillEvery = drillEvery;
  }

  /// Looks what this host can do; starts nothing.
  ///
  /// @param guestSocket where programs in machines reach the daemon, and nothing else does
  /// @param ring who is told of a connection to a machine that stands by
  public static Reply<HostMachines> open(
      Settings settings, DataDirectory data, Path guestSocket, Doorbell.Ring ring) {
    Settings.Machines wanted = settings.machines();
    Reply<NetworkSettings> network = network(wanted.network());
    return network.map(addresses -> {
      HostImages images =
          HostImages.open(
              ImageSettings.defaults(
                  data.images(),
                  data.temporary().resolve("images"),
                  Optional.ofNullable(System.getenv("PATH")).orElse("")),
              InstantSource.system());
      MachineRuntime opened =
          QemuRuntime.open(
              new QemuSettings(
                      data.id(),
                      data.root().resolve("machines"),
                      new KernelPlace(wanted.kernel()).newest(),
                      images,
                      Optional.of(UnixDomainSocketAddress.of(guestSocket)),
                      Optional.empty(),
                      Optional.empty(),
                      true)
                  .with(upkeep(wanted, data)));
      // The host's network is left alone where there can be no machine to put into it.
      Optional<LinuxNetworks> networks =
          Optional.of(opened)
              .filter(QemuRuntime.class::isInstance)
              .map(_ -> LinuxNetworks.open(data.id(), addresses, ring));
      SlotLedger slots = new SlotLedger();
      MachineRuntime runtime =
          opened instanceof QemuRuntime qemu && networks.isPresent()
              ? qemu.on(networks.get(), slots)
              : opened;
      return new HostMachines(
          images,
          networks,
          slots,
          runtime,
          new VolumeShelf(data.root().resolve("volumes")),
          new Capacity(wanted.cpus(), wanted.memoryBytes(), wanted.diskBytes()),
          ofThisHost(data),
          Optional.of(wanted.drill()).filter(Duration::isPositive));
    });
  }

  private static UpkeepSettings upkeep(Settings.Machines wanted, DataDirectory data) {
    return new UpkeepSettings(
        UpkeepSettings.Compression.valueOf(wanted.compression().toUpperCase(Locale.ROOT)),
        wanted.coldAfter(),
        Optional.of(data.instances()));
  }

  private static Capacity ofThisHost(DataDirectory data) {
    Sources.Host host = Sources.Host.ofThisOne(data.root());
    return new Capacity(
        host.processors(), host.memoryBytes(), host.diskBytes().applyAsLong(data.root()));
  }

  public MachineRuntime runtime() {
    return runtime;
  }

  public HostImages images() {
    return images;
  }

  /// What the engine needs to drive machines by hand; empty where this host can run none.
  public Optional<ByHand> byHand(
      SqlJobStore store, InstanceDirectories directories, Executor threads) {
    return runtime instanceof QemuRuntime qemu
        ? networks.map(network ->
            new ByHand(
                store.instances(),
                store.volumes(),
                new QemuVolumes(volumes, directories::snapshot, images.unpacking(), threads),
                images,
                network,
                slots,
                qemu.instances(directories, volumes),
                new HostProbes(threads, qemu.sessions()),
                capacity,
                drillEvery))
        : Optional.empty();
  }

  /// What the API needs of them; empty where this host can run none.
  public Optional<MachinePorts> api(Engine engine, InstanceDirectories directories) {
    return engine
        .instances()
        .flatMap(instances ->
            networks.map(network ->
                new MachinePorts(
                    instances,
                    engine.volumes().orElseThrow(),
                    images,
                    Optional.of(runtime)
                        .filter(QemuRuntime.class::isInstance)
                        .map(qemu -> ((QemuRuntime) qemu).sessions()),
                    network::outside,
                    id -> directories.console(new JobId(id.ulid())),
                    new Host(has, capacity, unlimited(), network.slots(), slots))));
  }

  private Optional<String> unlimited() {
    return Optional.of(runtime)
        .filter(QemuRuntime.class::isInstance)
        .flatMap(qemu -> ((QemuRuntime) qemu).unlimited());
  }

  /// The settings of networks as they are used; refused by the name of the one that is wrong.
  public static Reply<NetworkSettings> network(Settings.Network wanted) {
    return NetworkSettings.read(
        wanted.pool(), wanted.reserved(), wanted.nameservers(), wanted.mtu());
  }

  /// What there is to give away.
  private record Host(
      Capacity has, Capacity limit, Optional<String> unlimited, int slots, SlotLedger ledger)
      implements MachinePorts.HostResources {
    @Override
    public int slotsTaken() {
      return ledger.taken();
    }
  }

  @Override
  public void close() {
    networks.ifPresent(LinuxNetworks::close);
    images.close();
  }
}
