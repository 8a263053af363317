package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import tools.jackson.databind.node.ObjectNode;
import torpor.runtime.qemu.agent.GuestApiProxy;
import torpor.runtime.qemu.boot.GuestKernel;
import torpor.runtime.qemu.console.ConsoleLog;
import torpor.runtime.qemu.disk.BlankDisks;
import torpor.runtime.qemu.disk.BlockDevices;
import torpor.runtime.qemu.disk.DiskChain;
import torpor.runtime.qemu.disk.VolumeDisk;
import torpor.runtime.qemu.host.HostProcessor;
import torpor.runtime.qemu.memory.LayerFiles;
import torpor.runtime.qemu.memory.LayerWriter;
import torpor.runtime.qemu.memory.Pages;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.vmm.Accelerator;
import torpor.runtime.qemu.vmm.Launch;
import torpor.runtime.qemu.vmm.Launcher;
import torpor.runtime.qemu.vmm.Vmm;

/// Makes QEMUs with a machine in them whose guest has not been spoken to yet: one that boots, or
/// one that stands still with a frozen memory. Thread-safe; the methods wait. What fails leaves no
/// process.
///
/// @param guestApi to where the guests' own connections are carried
/// @param threads for what is done side by side
record MachineBuilder(
    Launcher launcher,
    GuestKernel kernel,
    HostProcessor processor,
    BlankDisks blanks,
    Optional<SocketAddress> guestApi,
    Executor threads) {

  /// What a machine is revived from.
  ///
  /// @param check that goes on meanwhile; nothing of it reaches the machine before that has passed
  record Frozen(Path directory, Manifest manifest, Checking check) {}

  long tsc(Blueprint blueprint) {
    return blueprint.hardware().accelerator() == Accelerator.TCG ? processor.tscKilohertz() : 0;
  }

  /// What a new machine with this disk is made of.
  Manifest built(Place place, Blueprint blueprint, DiskChain disk) {
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

  /// What a machine that is revived is made of: the frozen one's files, and new ones on top.
  Manifest thawed(Place place, List<VolumeOrder> volumes, Path snapshot, Manifest frozen)
      throws IOException, InterruptedException {
    Files.createLink(place.directory().resolve(Manifest.CONFIG), snapshot.resolve(Manifest.CONFIG));
    DiskChain chain = thawedDisk(place, snapshot, frozen);
    return frozen
        .of(place.name().machine())
        .withDisk(chain.files())
        .withVolumes(new MachineVolumes(place, blanks).thawed(volumes, snapshot, frozen.volumes()))
        .withMemory(List.of(), Optional.empty());
  }

  /// Beside the disk that is there, which is the machine's until its record says otherwise.
  DiskChain thawedDisk(Place place, Path frozen, Manifest manifest)
      throws IOException, InterruptedException {
    return DiskChain.thawed(frozen, manifest.disk(), place.disk(), manifest.diskBytes(), blanks);
  }

  /// A machine that boots.
  ///
  /// @param waitsAt where its init waits for the host; empty where it does not
  Machine bootUpTo(
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
    } catch (IOException | RuntimeException failed) {
      machine.end();
      throw failed;
    }
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
    } catch (IOException | RuntimeException failed) {
      vmm.kill();
      throw failed;
    }
  }

  static List<ObjectNode> disks(Place place, Path rootfs, Manifest built) {
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

  /// A machine that stands still, with the frozen memory in it.
  Machine revive(
      Place place,
      Path rootfs,
      Optional<Launch.Wire> wire,
      Frozen frozen,
      Manifest built,
      ConsoleLog console)
      throws IOException, InterruptedException {
    LayerFiles base = LayerFiles.in(place.directory(), Manifest.BASE);
    Freezer.link(LayerFiles.in(frozen.directory(), Manifest.BASE), base);
    Machine machine = launchFrozen(place, rootfs, wire, frozen, built, console);
    try {
      frozen.check().require();
      Revival.load(machine.vmm(), base.pages(), frozen.directory(), frozen.manifest(), threads);
      machine.standsStill(false);
      return machine;
    } catch (IOException | RuntimeException failed) {
      machine.end();
      throw failed;
    }
  }

  private Machine launchFrozen(
      Place place,
      Path rootfs,
      Optional<Launch.Wire> wire,
      Frozen frozen,
      Manifest built,
      ConsoleLog console)
      throws IOException, InterruptedException {
    try {
      return launch(
          place, disks(place, rootfs, built), wire, built, new Launch.Incoming(), console);
    } catch (IOException failed) {
      // A damaged file may be the reason, and is the better one to give.
      frozen.check().require();
      throw failed;
    }
  }
}
