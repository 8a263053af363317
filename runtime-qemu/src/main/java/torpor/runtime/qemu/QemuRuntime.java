package torpor.runtime.qemu;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import torpor.core.definition.JsonText;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotFacts;
import torpor.engine.caller.InstanceSessions;
import torpor.engine.disk.InstanceDirectories;
import torpor.engine.image.Images;
import torpor.engine.instance.Machines;
import torpor.engine.machine.Capabilities;
import torpor.engine.machine.MachineAdoption;
import torpor.engine.machine.MachineFailure;
import torpor.engine.machine.MachineRestore;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.machine.MachineStart;
import torpor.engine.machine.SnapshotTarget;
import torpor.engine.machine.UnavailableRuntime;
import torpor.engine.network.JobNetworks;
import torpor.engine.network.NetworkPlace;
import torpor.engine.network.Networks;
import torpor.engine.network.SlotLedger;
import torpor.runtime.qemu.definition.ConfigCheck;
import torpor.runtime.qemu.definition.ConfigReader;
import torpor.runtime.qemu.definition.MachineConfig;
import torpor.runtime.qemu.machine.Identity;
import torpor.runtime.qemu.machine.Place;
import torpor.runtime.qemu.session.MachineSessions;
import torpor.runtime.qemu.vmm.MachineName;
import torpor.runtime.qemu.volume.VolumeShelf;

/// Runs images as virtual machines: those of jobs by the port of the runtimes, those driven by hand
/// by [#instances]. Thread-safe.
public final class QemuRuntime implements MachineRuntime {
  public static final RuntimeName NAME = new RuntimeName("qemu");
  private static final String CONSOLE = "console.log";

  private final QemuHost host;
  private final Fleet fleet;
  private final Fleet byHand;
  private final Images images;
  private final JobLives lives;
  private final ConfigCheck check;

  private QemuRuntime(
      QemuHost host, Fleet fleet, Fleet byHand, Images images, Optional<JobNetworks> networks) {
    this.host = host;
    this.fleet = fleet;
    this.byHand = byHand;
    this.images = images;
    this.lives = new JobLives(networks);
    this.check = new ConfigCheck(images, lives::refusal);
  }

  /// Opens the runtime and looks what this host can do. Starts no machine but, once per boot of a
  /// host that has KVM, the one that shows whether that works: three seconds where it does not.
  public static MachineRuntime open(QemuSettings settings) {
    return switch (HostCheck.look(settings)) {
      case HostCheck.Lacking(Capabilities capabilities) ->
          new UnavailableRuntime(NAME, capabilities);
      case HostCheck.Found found -> {
        try {
          yield without(QemuHost.open(settings, found), settings.images());
        } catch (IOException failed) {
          yield new UnavailableRuntime(
              NAME,
              HostCheck.unavailable(
                  "Its directory cannot be used, or processes cannot be watched: "
                      + failed.getMessage()
                      + ".",
                  "See that the data directory is writable, and use Linux 5.4 or newer."));
        }
      }
    };
  }

  private static QemuRuntime without(QemuHost host, Images images) {
    return new QemuRuntime(
        host,
        new Fleet(host, host.owner()),
        new Fleet(host, host.owner() + ".hand"),
        images,
        Optional.empty());
  }

  /// The same runtime, for jobs that wish for a network too. Nothing was asked of it before.
  ///
  /// @param slots who has which of `networks`
  public QemuRuntime on(Networks networks, SlotLedger slots) {
    return new QemuRuntime(
        host, fleet, byHand, images, Optional.of(new JobNetworks(networks, slots, host.threads())));
  }

  /// The machines of hand-driven instances on this host. They end with this runtime's closing no
  /// more than a job's do.
  ///
  /// @param volumes where their volumes are, on the same file system
  public Machines instances(InstanceDirectories directories, VolumeShelf volumes) {
    return new QemuMachines(byHand, directories, volumes.root());
  }

  /// Why this host's kernel does not hold machines to what they were given; empty where it does.
  public Optional<String> unlimited() {
    return host.cgroups().lacking().map(HostCheck::unlimited);
  }

  @Override
  public RuntimeName name() {
    return NAME;
  }

  @Override
  public Capabilities capabilities() {
    return host.capabilities();
  }

  @Override
  public CompletionStage<Reply<JsonText>> check(JsonText config) {
    return check.complete(config);
  }

  @Override
  public CompletionStage<MachineHandle> start(MachineStart start) {
    return begin(start, (config, place) -> fleet.start(order(start, Optional.of(config), place)));
  }

  @Override
  public CompletionStage<MachineHandle> restore(MachineRestore restore) {
    return begin(
        restore.start(),
        (_, place) ->
            fleet.restore(order(restore.start(), Optional.empty(), place), restore.snapshot()));
  }

  private CompletionStage<MachineHandle> begin(
      MachineStart start,
      BiFunction<MachineConfig, Optional<NetworkPlace>, CompletionStage<MachineHandle>> life) {
    return switch (ConfigReader.read(start.config())) {
      case Reply.Refused<MachineConfig>(Refusal refusal) ->
          CompletableFuture.failedFuture(new MachineFailure(MachineFailure.Kind.IMAGE, refusal));
      case Reply.Done<MachineConfig>(MachineConfig config) ->
          lives.begin(start.job(), config.network(), place -> life.apply(config, place));
    };
  }

  private Order order(
      MachineStart start, Optional<MachineConfig> config, Optional<NetworkPlace> network) {
    MachineName name = name(start.job(), start.generation());
    return new Order(
        new Place(name, start.directory(), start.console()),
        new Identity(name.machine(), name.machine(), network),
        config,
        start.env(),
        false,
        List.of(),
        lives.after(start.job(), start.listener()::ended));
  }

  private MachineName name(JobId job, Generation generation) {
    return fleet.name(job.ulid(), generation.number());
  }

  @Override
  public CompletionStage<SnapshotFacts> snapshot(SnapshotTarget target) {
    return fleet.snapshot(
        name(target.job(), target.generation()),
        target.staging(),
        target.parent(),
        target.keepsRunning());
  }

  /// Reads a snapshot from its first byte to its last and compares all of it with its checksums. It
  /// takes as long as reading takes, and no machine.
  ///
  /// @param snapshot its directory
  /// @return completes when it was found to be whole, else fails with a [MachineFailure] of kind
  ///   `SNAPSHOT` that names what is not
  public CompletionStage<Void> check(Path snapshot) {
    return fleet.check(snapshot);
  }

  @Override
  public CompletionStage<Void> resume(JobId job, Generation generation) {
    return fleet.resume(name(job, generation));
  }

  @Override
  public CompletionStage<Void> release(JobId job, Generation generation) {
    return kill(job, generation, Optional.empty(), Duration.ZERO);
  }

  @Override
  public CompletionStage<Void> kill(
      JobId job, Generation generation, Optional<MachineHandle> machine, Duration grace) {
    return fleet.kill(name(job, generation), grace).thenCompose(_ -> lives.over(job));
  }

  @Override
  public CompletionStage<Optional<MachineHandle>> adopt(MachineAdoption adoption) {
    Path console = adoption.directory().resolve(CONSOLE);
    Place place =
        new Place(name(adoption.job(), adoption.generation()), adoption.directory(), console);
    JobId job = adoption.job();
    lives.takeOver(job);
    return fleet
        .adopt(place, adoption.machine(), false, lives.after(job, adoption.listener()::ended))
        .thenApply(found -> found.map(Adoptions.Adopted::handle))
        .thenCompose(found ->
            found.isPresent()
                ? CompletableFuture.completedFuture(found)
                : lives.quietlyOver(job).thenApply(_ -> found));
  }

  @Override
  public CompletionStage<Integer> sweep(Set<JobId> known) {
    return fleet
        .sweep(known.stream().map(JobId::ulid).collect(Collectors.toSet()))
        .thenCompose(ended -> lives.overAllBut(known).thenApply(_ -> ended));
  }

  /// What is done inside machines besides their own programs: those of hand-driven instances, and
  /// those of jobs, whose one instance has the job's id.
  public InstanceSessions sessions() {
    return new MachineSessions(ulid -> byHand.machine(ulid).or(() -> fleet.machine(ulid)));
  }

  /// Machines go on.
  @Override
  public void close() {
    fleet.leaveAll();
    byHand.leaveAll();
    host.close();
  }
}
