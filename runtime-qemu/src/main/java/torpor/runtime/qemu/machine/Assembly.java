package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import tools.jackson.databind.node.ObjectNode;
import torpor.core.instance.spec.VolumeMount;
import torpor.host.file.FileTrees;
import torpor.host.process.ProcessIdentity;
import torpor.host.process.ProcessMemory;
import torpor.runtime.qemu.agent.Agent;
import torpor.runtime.qemu.agent.GuestApiProxy;
import torpor.runtime.qemu.agent.Records;
import torpor.runtime.qemu.boot.ConfigDisk;
import torpor.runtime.qemu.boot.GuestKernel;
import torpor.runtime.qemu.boot.TemplateKey;
import torpor.runtime.qemu.console.ConsoleLog;
import torpor.runtime.qemu.disk.BlankDisks;
import torpor.runtime.qemu.disk.BlockDevices;
import torpor.runtime.qemu.disk.DiskChain;
import torpor.runtime.qemu.disk.VolumeDisk;
import torpor.runtime.qemu.host.HostProcessor;
import torpor.runtime.qemu.memory.LayerFiles;
import torpor.runtime.qemu.memory.LayerWriter;
import torpor.runtime.qemu.memory.Pages;
import torpor.runtime.qemu.memory.PrivatePages;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.SeenContents;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;
import torpor.runtime.qemu.vmm.Accelerator;
import torpor.runtime.qemu.vmm.Launch;
import torpor.runtime.qemu.vmm.Launcher;
import torpor.runtime.qemu.vmm.Vmm;

/// Puts machines together. Thread-safe; the methods wait. What fails leaves no process; whoever
/// owns the directory clears it.
public final class Assembly {
  private static final Duration BOOT_PATIENCE = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String BEFORE_DISKS = "modules";
  private static final String BEFORE_CONFIG = "root";
  private static final String NEVER = "";

  private final Launcher launcher;
  private final GuestKernel kernel;
  private final HostProcessor processor;
  private final BlankDisks blanks;
  private final SeenContents seen;
  private final Optional<SocketAddress> guestApi;
  private final InstantSource clock;
  private final Executor threads;

  public Assembly(
      Launcher launcher,
      GuestKernel kernel,
      HostProcessor processor,
      BlankDisks blanks,
      SeenContents seen,
      Optional<SocketAddress> guestApi,
      InstantSource clock,
      Executor threads) {
    this.launcher = launcher;
    this.kernel = kernel;
    this.processor = processor;
    this.blanks = blanks;
    this.seen = seen;
    this.guestApi = guestApi;
    this.clock = clock;
    this.threads = threads;
  }

  /// The same for machines that get no way to the daemon.
  public Assembly withoutGuestApi() {
    return new Assembly(
        launcher, kernel, processor, blanks, seen, Optional.empty(), clock, threads);
  }

  /// What a template for such a machine must be, its disks new.
  public TemplateKey keyOf(Blueprint blueprint) {
    return new TemplateKey(
        launcher.qemu().build(),
        blueprint.hardware(),
        tsc(blueprint),
        kernel.digest(),
        Optional.of(new TemplateKey.Mounted(blueprint.image(), blueprint.diskBytes())));
  }

  /// Whether a template can be of use to machines that are made now.
  boolean fits(Manifest template) {
    return template.qemuBuild().equals(launcher.qemu().build())
        && template.kernel().equals(kernel.digest());
  }

  private long tsc(Blueprint blueprint) {
    return blueprint.hardware().accelerator() == Accelerator.TCG ? processor.tscKilohertz() : 0;
  }

  /// The disk of this place's last machine, if it had one of the same image and size.
  public Optional<DiskChain> lastDisk(Place place, Blueprint blueprint)
      throws IOException, InterruptedException {
    Optional<Manifest> last =
        Machine.recorded(place)
            .filter(manifest ->
                manifest.image().equals(Optional.of(blueprint.image().text()))
                    && manifest.diskBytes() == blueprint.diskBytes());
    if (last.isEmpty()) {
      return Optional.empty();
    }
    DiskChain disk = new DiskChain(place.disk(), last.get().disk(), last.get().diskBytes());
    // Of a restore that came to nothing.
    disk.deleteOthers(Machine.RECORD);
    return Optional.of(disk.reopened(blanks));
  }

  /// An empty disk for this place.
  public DiskChain freshDisk(Place place, Blueprint blueprint)
      throws IOException, InterruptedException {
    FileTrees.delete(place.disk());
    return DiskChain.fresh(place.disk(), blueprint.diskBytes(), blanks);
  }

  /// Boots a machine. Its program runs when this returns.
  ///
  /// @param console open for its output from the start
  public Machine boot(Place place, Blueprint blueprint, DiskChain disk, ConsoleLog console)
      throws IOException, InterruptedException {
    ConfigDisk.write(blueprint.instructions(), place.directory().resolve(Manifest.CONFIG));
    Manifest built = built(place, blueprint, disk).withVolumes(volumes(place, blueprint));
    List<ObjectNode> disks = disks(place, blueprint.rootfs(), built);
    Machine machine = bootUpTo(NEVER, place, built, disks, blueprint.wire(), console);
    try {
      machine.greet();
      machine.attend(machine.settle(BOOT_PATIENCE));
      return machine;
    } catch (IOException failed) {
      machine.end();
      throw failed;
    }
  }

  private Machine bootUpTo(
      String waitsAt,
      Place place,
      Manifest built,
      List<ObjectNode> disks,
      Optional<Launch.Wire> wire,
      ConsoleLog console)
      throws IOException, InterruptedException {
    LayerWriter.zeroBase(
        Pages.count(built.hardware().memoryBytes()),
        LayerFiles.in(place.directory(), Manifest.BASE));
    Launch.Boot begin =
        kernel.boot(built.hardware().accelerator(), processor.tscKilohertz(), waitsAt);
    Machine machine = launch(place, disks, wire, built, begin, console);
    try {
      machine.record();
      return machine;
    } catch (IOException failed) {
      machine.end();
      throw failed;
    }
  }

  private List<VolumeDisk> volumes(Place place, Blueprint blueprint)
      throws IOException, InterruptedException {
    return new MachineVolumes(place, blanks).ready(blueprint.volumes());
  }

  private Manifest built(Place place, Blueprint blueprint, DiskChain disk) {
    return new Manifest(
        place.name().machine(),
        blueprint.hardware(),
        launcher.qemu().version(),
        launcher.qemu().build(),
        tsc(blueprint),
        blueprint.hardware().accelerator() == Accelerator.KVM
            ? processor.baseline().flags()
            : Set.of(),
        kernel.digest(),
        Optional.of(blueprint.image().text()),
        List.of(),
        disk.files(),
        disk.bytes(),
        Manifest.ConsoleOffsets.START,
        Optional.empty(),
        List.of());
  }

  private Machine launch(
      Place place,
      List<ObjectNode> disks,
      Optional<Launch.Wire> wire,
      Manifest built,
      Launch.Begin begin,
      ConsoleLog console)
      throws IOException, InterruptedException {
    Launch launch =
        new Launch(
            place.name(),
            built.hardware(),
            LayerFiles.in(place.directory(), Manifest.BASE).pages(),
            disks,
            begin,
            wire,
            place.files());
    Vmm vmm = launcher.launch(launch);
    try {
      Conversation conversation =
          Conversation.open(place.files(), console, new GuestApiProxy(guestApi));
      return new Machine(place, vmm, conversation, blanks, built);
    } catch (IOException failed) {
      vmm.kill();
      throw failed;
    }
  }

  private static List<ObjectNode> disks(Place place, Path rootfs, Manifest built) {
    List<ObjectNode> disks = new ArrayList<>();
    for (String serial : built.hardware().disks()) {
      disks.add(
          switch (serial) {
            case Blueprint.ROOTFS -> BlockDevices.readOnly(serial, rootfs);
            case Blueprint.OVERLAY -> BlockDevices.chain(serial, place.disk(), built.disk());
            case Blueprint.CONFIG ->
                BlockDevices.readOnly(serial, place.directory().resolve(Manifest.CONFIG));
            default -> volume(place, serial, built);
          });
    }
    return disks;
  }

  private static ObjectNode volume(Place place, String serial, Manifest built) {
    VolumeDisk disk =
        built.volumes().stream()
            .filter(volume -> volume.serial().equals(serial))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no such disk: " + serial));
    return BlockDevices.chain(serial, MachineVolumes.directory(place, disk), disk.chain());
  }

  /// Makes a machine as a copy of a template. Its program runs when this returns.
  ///
  /// @param disk its disk, for a template that has mounted none; empty for one that has
  public Machine copy(
      Place place,
      Blueprint blueprint,
      Optional<DiskChain> disk,
      Path template,
      Manifest frozen,
      ConsoleLog console)
      throws IOException, InterruptedException {
    ConfigDisk.write(blueprint.instructions(), place.directory().resolve(Manifest.CONFIG));
    DiskChain chain = disk.isPresent() ? disk.get() : thawedDisk(place, template, frozen);
    Manifest built = built(place, blueprint, chain).withVolumes(volumes(place, blueprint));
    Machine machine =
        revive(place, blueprint.rootfs(), blueprint.wire(), template, frozen, built, console);
    try {
      machine.greet();
      CompletableFuture<Records> started = machine.agent().start(Identity.moment(clock));
      machine.record();
      machine.cont();
      Records hello = machine.settle(PATIENCE);
      Agent.within(started, PATIENCE, "start the template's copy");
      machine.attend(hello);
      return machine;
    } catch (IOException | InterruptedException failed) {
      machine.end();
      throw failed;
    }
  }

  /// Beside the disk that is there, which is the machine's until its record says otherwise.
  private DiskChain thawedDisk(Place place, Path frozen, Manifest manifest)
      throws IOException, InterruptedException {
    return DiskChain.thawed(frozen, manifest.disk(), place.disk(), manifest.diskBytes(), blanks);
  }

  /// Makes a machine from a snapshot. Its programs go on when this returns.
  ///
  /// @param volumes that whoever owns the machine has now
  public Machine restore(
      Place place,
      Path rootfs,
      Identity identity,
      List<VolumeOrder> volumes,
      Path snapshot,
      Manifest frozen,
      ConsoleLog console)
      throws IOException, InterruptedException {
    Files.createLink(place.directory().resolve(Manifest.CONFIG), snapshot.resolve(Manifest.CONFIG));
    DiskChain chain = thawedDisk(place, snapshot, frozen);
    Manifest built =
        frozen
            .of(place.name().machine())
            .withDisk(chain.files())
            .withVolumes(
                new MachineVolumes(place, blanks).thawed(volumes, snapshot, frozen.volumes()))
            .withMemory(List.of(), Optional.empty());
    boolean itself = frozen.machine().equals(place.name().machine());
    Machine machine =
        revive(place, rootfs, Blueprint.wire(identity), snapshot, frozen, built, console);
    try {
      machine.greet();
      // What stays as it was is left alone: under emulation each part costs milliseconds.
      Records repair = itself ? Identity.moment(clock) : identity.now(clock);
      CompletableFuture<Records> thawed = machine.agent().thaw(repair);
      CompletableFuture<Records> attached = machine.conversation().attach();
      // All that could fail in the host has not: from here on its disks are the snapshot's.
      machine.record();
      machine.cont();
      machine.settle(PATIENCE);
      Agent.within(thawed, PATIENCE, "let the programs go on");
      Agent.within(attached, PATIENCE, "take the program's output");
      machine.dropEarlierDisks();
      return machine;
    } catch (IOException | InterruptedException failed) {
      machine.end();
      throw failed;
    }
  }

  /// A machine that stands still, with the frozen memory in it.
  private Machine revive(
      Place place,
      Path rootfs,
      Optional<Launch.Wire> wire,
      Path frozen,
      Manifest manifest,
      Manifest built,
      ConsoleLog console)
      throws IOException, InterruptedException {
    LayerFiles base = LayerFiles.in(place.directory(), Manifest.BASE);
    Freezer.link(LayerFiles.in(frozen, Manifest.BASE), base);
    Machine machine =
        launch(place, disks(place, rootfs, built), wire, built, new Launch.Incoming(), console);
    try {
      Revival.load(machine.vmm(), base.pages(), frozen, manifest, threads);
      machine.standsStill(false);
      return machine;
    } catch (IOException failed) {
      machine.end();
      throw failed;
    }
  }

  /// Boots a machine up to where it waits, and freezes it there.
  ///
  /// @param place of its own, gone afterwards
  /// @param mounted whether it waits with the image's disks mounted, or before it looks for any
  /// @param into an empty directory
  public void makeTemplate(Place place, Blueprint blueprint, boolean mounted, Path into)
      throws IOException, InterruptedException {
    ConfigDisk.write(Records.NONE, place.directory().resolve(Manifest.CONFIG));
    Optional<Launch.Wire> wire =
        blueprint.hardware().network() ? Optional.of(new Launch.Unplugged()) : Optional.empty();
    Files.createDirectories(place.disk());
    DiskChain disk =
        mounted
            ? freshDisk(place, blueprint)
            : new DiskChain(place.disk(), List.of(), blueprint.diskBytes());
    Manifest built = built(place, blueprint, disk);
    List<ObjectNode> disks =
        mounted ? disks(place, blueprint.rootfs(), built) : placeholders(blueprint);
    ConsoleLog console =
        ConsoleLog.from(Manifest.ConsoleOffsets.START, place.console(), place.journal());
    String waitsAt = mounted ? BEFORE_CONFIG : BEFORE_DISKS;
    Machine machine = bootUpTo(waitsAt, place, built, disks, wire, console);
    try {
      machine.greet();
      machine.settle(BOOT_PATIENCE);
      machine.stop();
      Freezer.saveDevices(machine, into);
      ProcessMemory memory = Freezer.memory(machine);
      LayerWriter.base(memory, PrivatePages.of(memory), LayerFiles.in(into, Manifest.BASE));
      disk.linkInto(into);
      SnapshotDirectory.seal(into, built, seen);
    } finally {
      machine.end();
    }
  }

  private static List<ObjectNode> placeholders(Blueprint blueprint) {
    Set<String> readOnly = Set.of(Blueprint.ROOTFS, Blueprint.CONFIG);
    return blueprint.hardware().disks().stream()
        .map(
            serial -> BlockDevices.placeholder(serial, ConfigDisk.BYTES, readOnly.contains(serial)))
        .toList();
  }

  /// Makes a machine from a snapshot that nobody can reach, and ends it as soon as its guest has
  /// answered. Its programs stay frozen.
  ///
  /// @param place of its own, gone afterwards
  public void rehearse(Place place, Path rootfs, Path snapshot, Manifest frozen)
      throws IOException, InterruptedException {
    Files.createLink(place.directory().resolve(Manifest.CONFIG), snapshot.resolve(Manifest.CONFIG));
    DiskChain chain = thawedDisk(place, snapshot, frozen);
    Manifest built =
        frozen
            .of(place.name().machine())
            .withDisk(chain.files())
            .withVolumes(
                new MachineVolumes(place, blanks)
                    .thawed(copies(frozen), snapshot, frozen.volumes()))
            .withMemory(List.of(), Optional.empty());
    Optional<Launch.Wire> wire =
        frozen.hardware().network() ? Optional.of(new Launch.Unplugged()) : Optional.empty();
    ConsoleLog console = ConsoleLog.from(frozen.console(), place.console(), place.journal());
    Machine machine = revive(place, rootfs, wire, snapshot, frozen, built, console);
    try {
      machine.greet();
      // Not as a machine that is to stay: it would begin to shorten its disk.
      machine.monitor().execute("cont", PATIENCE);
      machine.settle(PATIENCE);
    } finally {
      machine.end();
    }
  }

  /// The volumes that a frozen machine has, as nobody else's: what it wrote becomes a copy.
  private static List<VolumeOrder> copies(Manifest frozen) {
    List<VolumeOrder> orders = new ArrayList<>();
    for (VolumeDisk disk : frozen.volumes()) {
      VolumeMount.Mode mode = disk.isWritten() ? VolumeMount.Mode.COPY : disk.mode();
      orders.add(new VolumeOrder(orders.size(), disk.volume(), mode, "/"));
    }
    return orders;
  }

  /// Finds a machine of an earlier daemon again. It goes on, unless it stands still and is to be
  /// left so.
  ///
  /// @return empty where its process is gone
  /// @throws IOException where it runs and does not answer
  public Optional<Machine> adopt(Place place, ProcessIdentity process, boolean leavePaused)
      throws IOException, InterruptedException {
    return new Adoption(launcher, blanks, guestApi, clock).adopt(place, process, leavePaused);
  }
}
