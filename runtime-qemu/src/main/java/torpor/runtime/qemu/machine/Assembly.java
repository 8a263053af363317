package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.node.ObjectNode;
import torpor.runtime.qemu.agent.Agent;
import torpor.runtime.qemu.agent.GuestApiProxy;
import torpor.runtime.qemu.agent.Records;
import torpor.runtime.qemu.boot.ConfigDisk;
import torpor.runtime.qemu.boot.GuestKernel;
import torpor.runtime.qemu.boot.TemplateKey;
import torpor.runtime.qemu.console.ConsoleLog;
import torpor.runtime.qemu.disk.BlankDisks;
import torpor.runtime.qemu.disk.BlockDevices;
import torpor.runtime.qemu.disk.DiskFile;
import torpor.runtime.qemu.host.HostProcessor;
import torpor.runtime.qemu.host.ProcessIdentity;
import torpor.runtime.qemu.host.ProcessMemory;
import torpor.runtime.qemu.memory.LayerFiles;
import torpor.runtime.qemu.memory.LayerWriter;
import torpor.runtime.qemu.memory.Pages;
import torpor.runtime.qemu.memory.PrivatePages;
import torpor.runtime.qemu.qmp.QmpMonitor;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.ManifestJson;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;
import torpor.runtime.qemu.vmm.Accelerator;
import torpor.runtime.qemu.vmm.Launch;
import torpor.runtime.qemu.vmm.Launcher;
import torpor.runtime.qemu.vmm.MachineName;
import torpor.runtime.qemu.vmm.Vmm;

/// Puts machines together. Thread-safe; the methods wait. What fails leaves no process; whoever
/// owns the directory clears it.
public final class Assembly {
  private static final Duration BOOT_PATIENCE = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String ROOT = "root";
  private static final String MAKER = "template";

  private final Launcher launcher;
  private final GuestKernel kernel;
  private final HostProcessor processor;
  private final BlankDisks blanks;
  private final Optional<SocketAddress> guestApi;
  private final InstantSource clock;

  public Assembly(
      Launcher launcher,
      GuestKernel kernel,
      HostProcessor processor,
      BlankDisks blanks,
      Optional<SocketAddress> guestApi,
      InstantSource clock) {
    this.launcher = launcher;
    this.kernel = kernel;
    this.processor = processor;
    this.blanks = blanks;
    this.guestApi = guestApi;
    this.clock = clock;
  }

  public TemplateKey keyOf(Blueprint blueprint) {
    return new TemplateKey(
        launcher.qemu().build(),
        blueprint.hardware(),
        tsc(blueprint),
        kernel.digest(),
        blueprint.image(),
        blueprint.diskBytes());
  }

  private long tsc(Blueprint blueprint) {
    return blueprint.hardware().accelerator() == Accelerator.TCG ? processor.tscKilohertz() : 0;
  }

  private Set<String> flags(Blueprint blueprint) {
    return blueprint.hardware().accelerator() == Accelerator.KVM
        ? processor.baseline().flags()
        : Set.of();
  }

  /// Boots a machine. Its program runs when this returns.
  ///
  /// @param console open for its output from the start
  public Machine boot(Place place, Blueprint blueprint, ConsoleLog console)
      throws IOException, InterruptedException {
    ConfigDisk.write(blueprint.config(), place.directory().resolve(Manifest.CONFIG));
    Machine machine = bootUpTo("", place, blueprint, blueprint.wire(), console);
    try {
      Records hello = hello(machine, machine.agent().connect(), BOOT_PATIENCE);
      return settled(machine, hello);
    } catch (IOException failed) {
      machine.end();
      throw failed;
    }
  }

  private Machine bootUpTo(
      String waitsAt,
      Place place,
      Blueprint blueprint,
      Optional<Launch.Wire> wire,
      ConsoleLog console)
      throws IOException, InterruptedException {
    Path directory = place.directory();
    LayerWriter.zeroBase(
        Pages.count(blueprint.hardware().memoryBytes()), LayerFiles.in(directory, Manifest.BASE));
    DiskFile bottom = new DiskFile("disk-blank.ext4", DiskFile.Format.RAW);
    DiskFile top = Machine.newLayer();
    Files.createLink(directory.resolve(bottom.name()), blanks.fileSystem(blueprint.diskBytes()));
    blanks.newLayer(blueprint.diskBytes(), directory.resolve(top.name()));
    Manifest built = built(blueprint, List.of(bottom, top));
    Launch.Boot begin =
        kernel.boot(blueprint.hardware().accelerator(), processor.tscKilohertz(), waitsAt);
    return launch(place, blueprint.rootfs(), wire, built, begin, console);
  }

  private Manifest built(Blueprint blueprint, List<DiskFile> disk) {
    return new Manifest(
        blueprint.hardware(),
        launcher.qemu().version(),
        launcher.qemu().build(),
        tsc(blueprint),
        flags(blueprint),
        kernel.digest(),
        Optional.of(blueprint.image().text()),
        List.of(),
        disk,
        blueprint.diskBytes(),
        Manifest.ConsoleOffsets.START,
        Optional.empty(),
        List.of());
  }

  private Machine launch(
      Place place,
      Path rootfs,
      Optional<Launch.Wire> wire,
      Manifest built,
      Launch.Begin begin,
      ConsoleLog console)
      throws IOException, InterruptedException {
    Path directory = place.directory();
    Launch launch =
        new Launch(
            place.name(),
            built.hardware(),
            LayerFiles.in(directory, Manifest.BASE).pages(),
            disks(directory, rootfs, built),
            begin,
            wire,
            place.files());
    Vmm vmm = launcher.launch(launch);
    try {
      Conversation conversation =
          Conversation.open(place.files(), console, new GuestApiProxy(guestApi));
      Machine machine = new Machine(place, vmm, conversation, blanks, built);
      machine.record();
      return machine;
    } catch (IOException failed) {
      vmm.kill();
      throw failed;
    }
  }

  private static List<ObjectNode> disks(Path directory, Path rootfs, Manifest built) {
    List<ObjectNode> disks = new ArrayList<>();
    for (String serial : built.hardware().disks()) {
      disks.add(
          switch (serial) {
            case Blueprint.ROOTFS -> BlockDevices.readOnly(serial, rootfs);
            case Blueprint.OVERLAY -> BlockDevices.chain(serial, directory, built.disk());
            case Blueprint.CONFIG ->
                BlockDevices.readOnly(serial, directory.resolve(Manifest.CONFIG));
            default -> throw new IllegalArgumentException("no such disk: " + serial);
          });
    }
    return disks;
  }

  /// Makes a machine as a copy of a template. Its program runs when this returns.
  public Machine copy(
      Place place, Blueprint blueprint, Path template, Manifest frozen, ConsoleLog console)
      throws IOException, InterruptedException {
    ConfigDisk.write(blueprint.config(), place.directory().resolve(Manifest.CONFIG));
    Machine machine =
        revive(place, blueprint.rootfs(), blueprint.wire(), template, frozen, console);
    try {
      CompletableFuture<Records> connected = machine.agent().connect();
      CompletableFuture<Records> started = machine.agent().start(Identity.moment(clock));
      machine.unpause();
      Records hello = hello(machine, connected, PATIENCE);
      Agent.within(started, PATIENCE, "start the template's copy");
      return settled(machine, hello);
    } catch (IOException | InterruptedException failed) {
      machine.end();
      throw failed;
    }
  }

  /// Makes a machine from a snapshot. Its programs go on when this returns.
  public Machine restore(
      Place place,
      Path rootfs,
      Identity identity,
      Path snapshot,
      Manifest frozen,
      ConsoleLog console)
      throws IOException, InterruptedException {
    Files.createLink(place.directory().resolve(Manifest.CONFIG), snapshot.resolve(Manifest.CONFIG));
    Optional<Launch.Wire> wire =
        identity
            .network()
            .map(network -> new Launch.Tap(network.namespace(), network.tap(), network.mac()));
    Machine machine = revive(place, rootfs, wire, snapshot, frozen, console);
    try {
      CompletableFuture<Records> connected = machine.agent().connect();
      CompletableFuture<Records> thawed = machine.agent().thaw(identity.now(clock));
      machine.unpause();
      Records hello = hello(machine, connected, PATIENCE);
      Agent.within(thawed, PATIENCE, "let the programs go on");
      return settled(machine, hello);
    } catch (IOException | InterruptedException failed) {
      machine.end();
      throw failed;
    }
  }

  /// A paused machine with the frozen memory in it.
  private Machine revive(
      Place place,
      Path rootfs,
      Optional<Launch.Wire> wire,
      Path frozen,
      Manifest manifest,
      ConsoleLog console)
      throws IOException, InterruptedException {
    Path directory = place.directory();
    LayerFiles base = LayerFiles.in(directory, Manifest.BASE);
    Freezer.link(LayerFiles.in(frozen, Manifest.BASE), base);
    List<DiskFile> chain = new ArrayList<>(manifest.disk());
    for (DiskFile file : chain) {
      Files.createLink(directory.resolve(file.name()), frozen.resolve(file.name()));
    }
    DiskFile top = Machine.newLayer();
    blanks.newLayer(manifest.diskBytes(), directory.resolve(top.name()));
    chain.add(top);
    Manifest built = Machine.withDisk(manifest, chain);
    Machine machine = launch(place, rootfs, wire, built, new Launch.Incoming(), console);
    try {
      Revival.load(machine.vmm(), base.pages(), frozen, manifest);
      return machine;
    } catch (IOException failed) {
      machine.end();
      throw failed;
    }
  }

  private static Records hello(Machine machine, CompletableFuture<Records> asked, Duration patience)
      throws IOException {
    var _ = machine.vmm().exited().thenRun(() -> machine.agent().close());
    try {
      return Agent.within(asked, patience, "reach the guest");
    } catch (IOException silent) {
      if (machine.vmm().process().isAlive()) {
        throw silent;
      }
      throw new IOException(
          "the machine ended at once: " + Launcher.tail(machine.vmm().files().log()), silent);
    }
  }

  private static Machine settled(Machine machine, Records hello) throws IOException {
    machine.conversation().awaitWorkload(hello, PATIENCE);
    machine.conversation().attach(PATIENCE);
    return machine;
  }

  /// Boots a machine up to where it would read its configuration, and freezes it there.
  ///
  /// @param place of its own, gone afterwards
  /// @param into an empty directory
  public void makeTemplate(Place place, Blueprint blueprint, Path into)
      throws IOException, InterruptedException {
    ConfigDisk.write(Records.NONE, place.directory().resolve(Manifest.CONFIG));
    Optional<Launch.Wire> wire =
        blueprint.hardware().network() ? Optional.of(new Launch.Unplugged()) : Optional.empty();
    ConsoleLog console =
        ConsoleLog.from(Manifest.ConsoleOffsets.START, place.console(), place.journal());
    Machine machine = bootUpTo(ROOT, place, blueprint, wire, console);
    try {
      hello(machine, machine.agent().connect(), BOOT_PATIENCE);
      machine.pause();
      ObjectNode state = QmpMonitor.arguments();
      state.put("filename", into.resolve(Manifest.STATE).toString());
      state.put("live", false);
      machine.monitor().execute("xen-save-devices-state", state, PATIENCE);
      LayerFiles base = LayerFiles.in(place.directory(), Manifest.BASE);
      ProcessMemory memory =
          PrivatePages.mapping(
              machine.vmm().process().pid(),
              Revival.inode(base.pages()),
              blueprint.hardware().memoryBytes());
      LayerWriter.base(memory, PrivatePages.of(memory), LayerFiles.in(into, Manifest.BASE));
      for (DiskFile file : machine.built().disk()) {
        Files.createLink(into.resolve(file.name()), place.directory().resolve(file.name()));
      }
      SnapshotDirectory.seal(into, machine.built());
    } finally {
      machine.end();
    }
  }

  /// Finds a machine of an earlier daemon again.
  ///
  /// @return empty where its process is gone
  public Optional<Machine> adopt(Place place, ProcessIdentity process, ConsoleLog console)
      throws IOException, InterruptedException {
    Optional<Vmm> found = launcher.adopt(place.name(), process, place.files());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Manifest built =
        ManifestJson.read(Files.readAllBytes(place.directory().resolve(Machine.RECORD)));
    Conversation conversation =
        Conversation.open(place.files(), console, new GuestApiProxy(guestApi));
    Machine machine = new Machine(place, found.get(), conversation, blanks, built);
    CompletableFuture<Records> connected = machine.agent().connect();
    if (!running(machine)) {
      machine.foundPaused();
      machine.unpause();
    }
    Records hello = hello(machine, connected, PATIENCE);
    if (hello.find("frozen").orElse("0").equals("1")) {
      Agent.within(machine.agent().thaw(Records.NONE), PATIENCE, "let the programs go on");
    }
    return Optional.of(settled(machine, hello));
  }

  private static boolean running(Machine machine) throws IOException {
    return machine
        .monitor()
        .execute("query-status", PATIENCE)
        .path("status")
        .asString("")
        .equals("running");
  }

  static void moveIntoPlace(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Whether it is a machine that becomes a template.
  public static boolean isTemplateMaker(MachineName name) {
    return name.machine().startsWith(MAKER);
  }

  /// A name for a machine that is nobody's.
  public static MachineName templateMaker(String owner) {
    String unique = UUID.randomUUID().toString().replace("-", "");
    return new MachineName(owner, MAKER + unique, 0);
  }
}
