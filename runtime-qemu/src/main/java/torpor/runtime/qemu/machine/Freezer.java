package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.machine.SnapshotTarget.ParentSnapshot;
import torpor.runtime.qemu.agent.Agent;
import torpor.runtime.qemu.agent.Records;
import torpor.runtime.qemu.disk.DiskFile;
import torpor.runtime.qemu.host.ProcessMemory;
import torpor.runtime.qemu.memory.LayerFiles;
import torpor.runtime.qemu.memory.LayerIndex;
import torpor.runtime.qemu.memory.LayerWriter;
import torpor.runtime.qemu.memory.Memory;
import torpor.runtime.qemu.memory.Pages;
import torpor.runtime.qemu.memory.PrivatePages;
import torpor.runtime.qemu.qmp.QmpMonitor;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;

/// Freezes machines into directories.
public final class Freezer {
  private static final Duration FREEZE_PATIENCE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Freezer() {}

  /// Freezes a machine and writes what it is into an empty directory, flushed and complete. It
  /// stands still afterwards, unless it `goesOn`: then it does so as soon as its memory is copied.
  ///
  /// @throws IOException with the machine as [#thaw] leaves it, which the caller has to see to
  public static SnapshotFacts freeze(
      Machine machine, Path staging, Optional<ParentSnapshot> parent, boolean goesOn)
      throws IOException, InterruptedException {
    boolean dropCaches = !goesOn;
    Agent.within(
        machine.agent().freeze(dropCaches, FREEZE_PATIENCE),
        FREEZE_PATIENCE.plus(PATIENCE),
        "freeze the programs");
    machine.pause();
    saveDevices(machine, staging);
    Manifest base = withParent(machine.built(), Optional.empty(), List.of());
    Optional<ParentSnapshot> sharing = parent.filter(candidate -> sharesBase(machine, candidate));
    Manifest manifest =
        sharing.isPresent()
            ? withParent(
                base,
                Optional.of(sharing.get().number().number()),
                SnapshotDirectory.manifest(sharing.get().directory()).layers())
            : base;
    Written written =
        saveMemory(machine, staging, manifest, sharing.map(ParentSnapshot::directory));
    linkDisk(machine, staging);
    if (goesOn) {
      thaw(machine);
    }
    Manifest sealed =
        SnapshotDirectory.seal(
            staging,
            withConsole(
                withParent(manifest, manifest.parent(), written.layers()), written.console()));
    return new SnapshotFacts(own(sealed, written), sealed.parent().map(SnapshotNumber::new));
  }

  /// Lets a machine go on that stands still or whose programs do. Nothing to do is fine.
  public static void thaw(Machine machine) throws IOException, InterruptedException {
    if (machine.isPaused()) {
      machine.unpause();
      Agent.within(machine.agent().thaw(Records.NONE), PATIENCE, "let the programs go on");
    }
  }

  private record Written(List<String> layers, LayerIndex index, Manifest.ConsoleOffsets console) {}

  private static void saveDevices(Machine machine, Path staging) throws IOException {
    ObjectNode arguments = QmpMonitor.arguments();
    arguments.put("filename", staging.resolve(Manifest.STATE).toString());
    arguments.put("live", false);
    machine.monitor().execute("xen-save-devices-state", arguments, PATIENCE);
  }

  /// Whether both memories are private copies of the same file.
  private static boolean sharesBase(Machine machine, ParentSnapshot parent) {
    try {
      return Files.isSameFile(
          LayerFiles.in(parent.directory(), Manifest.BASE).pages(),
          LayerFiles.in(machine.directory(), Manifest.BASE).pages());
    } catch (IOException notThere) {
      return false;
    }
  }

  private static Written saveMemory(
      Machine machine, Path staging, Manifest manifest, Optional<Path> parent) throws IOException {
    LayerFiles base = LayerFiles.in(machine.directory(), Manifest.BASE);
    link(base, LayerFiles.in(staging, Manifest.BASE));
    List<LayerFiles> known = new ArrayList<>(List.of(base));
    List<String> layers = new ArrayList<>();
    if (parent.isPresent()) {
      for (String layer : manifest.layers()) {
        LayerFiles files = LayerFiles.in(parent.get(), layer);
        link(files, LayerFiles.in(staging, layer));
        known.add(files);
        layers.add(layer);
      }
    }
    long bytes = manifest.hardware().memoryBytes();
    ProcessMemory memory =
        PrivatePages.mapping(machine.vmm().process().pid(), Revival.inode(base.pages()), bytes);
    BitSet own = PrivatePages.of(memory);
    String name = "memory-" + UUID.randomUUID();
    layers.add(name);
    try (Memory before = Memory.open(Pages.count(bytes), known)) {
      LayerIndex index = LayerWriter.differences(memory, own, before, LayerFiles.in(staging, name));
      return new Written(layers, index, machine.conversation().console().offsets());
    }
  }

  private static void linkDisk(Machine machine, Path staging) throws IOException {
    for (DiskFile file : machine.built().disk()) {
      Files.createLink(staging.resolve(file.name()), machine.directory().resolve(file.name()));
    }
    machine.diskIsShared();
    Files.createLink(
        staging.resolve(Manifest.CONFIG), machine.directory().resolve(Manifest.CONFIG));
  }

  static void link(LayerFiles from, LayerFiles to) throws IOException {
    Files.createLink(to.pages(), from.pages());
    Files.createLink(to.index(), from.index());
  }

  /// What the snapshot holds that its parent does not.
  private static long own(Manifest sealed, Written written) {
    String layer = written.layers().getLast();
    String disk = sealed.disk().getLast().name();
    return sealed.files().stream()
        .filter(file ->
            file.name().startsWith(layer)
                || file.name().equals(disk)
                || file.name().equals(Manifest.STATE))
        .mapToLong(Manifest.FileEntry::bytes)
        .sum();
  }

  private static Manifest withParent(
      Manifest manifest, Optional<Integer> parent, List<String> layers) {
    return new Manifest(
        manifest.hardware(),
        manifest.qemuVersion(),
        manifest.qemuBuild(),
        manifest.tscKilohertz(),
        manifest.processorFlags(),
        manifest.kernel(),
        manifest.image(),
        layers,
        manifest.disk(),
        manifest.diskBytes(),
        manifest.console(),
        parent,
        List.of());
  }

  private static Manifest withConsole(Manifest manifest, Manifest.ConsoleOffsets console) {
    return new Manifest(
        manifest.hardware(),
        manifest.qemuVersion(),
        manifest.qemuBuild(),
        manifest.tscKilohertz(),
        manifest.processorFlags(),
        manifest.kernel(),
        manifest.image(),
        manifest.layers(),
        manifest.disk(),
        manifest.diskBytes(),
        console,
        manifest.parent(),
        List.of());
  }
}
