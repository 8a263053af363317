package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.machine.SnapshotTarget.ParentSnapshot;
import torpor.host.process.ProcessMemory;
import torpor.runtime.qemu.memory.LayerFiles;
import torpor.runtime.qemu.memory.LayerWriter;
import torpor.runtime.qemu.memory.Memory;
import torpor.runtime.qemu.memory.Pages;
import torpor.runtime.qemu.memory.PrivatePages;
import torpor.runtime.qemu.qmp.QmpMonitor;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.SeenContents;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;
import torpor.runtime.qemu.snapshot.SnapshotUses;

/// Freezes machines into directories.
public final class Freezer {
  private static final Logger log = LoggerFactory.getLogger(Freezer.class);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// More than what is merged in the background: where checkpoints come faster than that.
  private static final int MOST_LAYERS = 16;

  private final InstantSource clock;
  private final SnapshotUses uses;
  private final SeenContents seen;

  public Freezer(InstantSource clock, SnapshotUses uses, SeenContents seen) {
    this.clock = clock;
    this.uses = uses;
    this.seen = seen;
  }

  /// Freezes a machine and writes what it is into an empty directory, flushed and complete. It
  /// stands still afterwards, unless it `goesOn`: then it does so as soon as its memory is copied.
  ///
  /// @throws IOException with the machine as far as it got, which the caller has to see to
  public SnapshotFacts freeze(
      Machine machine, Path staging, Optional<ParentSnapshot> parent, boolean goesOn)
      throws IOException, InterruptedException {
    if (parent.isEmpty()) {
      return write(machine, staging, parent, goesOn);
    }
    try (var _ = uses.reading(parent.get().directory())) {
      return write(machine, staging, parent, goesOn);
    }
  }

  private SnapshotFacts write(
      Machine machine, Path staging, Optional<ParentSnapshot> parent, boolean goesOn)
      throws IOException, InterruptedException {
    parent.ifPresent(candidate -> learn(candidate.directory()));
    machine.pause(!goesOn);
    saveDevices(machine, staging);
    Optional<ParentSnapshot> sharing =
        parent.filter(
            candidate -> sharesBase(machine, candidate) && isShort(machine, candidate.directory()));
    List<String> layers = saveMemory(machine, staging, sharing.map(ParentSnapshot::directory));
    machine.linkDisks(staging);
    machine.disksAreShared();
    Files.createLink(
        staging.resolve(Manifest.CONFIG), machine.place().directory().resolve(Manifest.CONFIG));
    Manifest manifest =
        machine
            .built()
            .of(machine.place().name().machine())
            .withMemory(layers, sharing.map(snapshot -> snapshot.number().number()))
            .withConsole(machine.conversation().console().offsets());
    if (goesOn) {
      machine.resume(clock);
    }
    Manifest sealed = SnapshotDirectory.seal(staging, manifest, seen);
    return new SnapshotFacts(sealed.ownBytes(), sealed.parent().map(SnapshotNumber::new));
  }

  private void learn(Path parent) {
    try {
      seen.learn(parent, SnapshotDirectory.manifest(parent));
    } catch (IOException damaged) {
      log.warn("the snapshot {} is damaged; the next one shares nothing with it", parent, damaged);
    }
  }

  /// Writes the state of devices and processor of a machine that stands still.
  static void saveDevices(Machine machine, Path staging) throws IOException {
    ObjectNode arguments = QmpMonitor.arguments();
    arguments.put("filename", staging.resolve(Manifest.STATE).toString());
    arguments.put("live", false);
    machine.monitor().execute("xen-save-devices-state", arguments, PATIENCE);
  }

  /// Whether both memories are private copies of the same file.
  private static boolean sharesBase(Machine machine, ParentSnapshot parent) {
    try {
      return Files.isSameFile(
          LayerFiles.in(parent.directory(), Manifest.BASE).pages(), base(machine).pages());
    } catch (IOException notThere) {
      return false;
    }
  }

  /// Whether another layer may be put on top. Chains are merged in the background; where that does
  /// not keep up, the next snapshot says anew what differs from the base, and is larger.
  private static boolean isShort(Machine machine, Path parent) {
    try {
      List<String> layers = SnapshotDirectory.manifest(parent).layers();
      long bytes = 0;
      for (String layer : layers) {
        bytes += Files.size(LayerFiles.in(parent, layer).pages());
      }
      return layers.size() < MOST_LAYERS && bytes <= 2 * machine.built().hardware().memoryBytes();
    } catch (IOException damaged) {
      return false;
    }
  }

  private static LayerFiles base(Machine machine) {
    return LayerFiles.in(machine.place().directory(), Manifest.BASE);
  }

  /// @return the names of the memory's layers, the new one last
  private static List<String> saveMemory(Machine machine, Path staging, Optional<Path> parent)
      throws IOException {
    LayerFiles base = base(machine);
    link(base, LayerFiles.in(staging, Manifest.BASE));
    List<LayerFiles> known = new ArrayList<>(List.of(base));
    List<String> names = new ArrayList<>();
    if (parent.isPresent()) {
      for (String layer : SnapshotDirectory.manifest(parent.get()).layers()) {
        LayerFiles files = LayerFiles.in(parent.get(), layer);
        link(files, LayerFiles.in(staging, layer));
        known.add(files);
        names.add(layer);
      }
    }
    ProcessMemory memory = memory(machine);
    BitSet own = PrivatePages.of(memory);
    String name = "memory-" + UUID.randomUUID();
    names.add(name);
    try (Memory before = Memory.open(Pages.count(memory.bytes()), known)) {
      // The parent may be of another life: what that one wrote and this one did not is the base's.
      own.or(before.aboveBase());
      LayerWriter.differences(memory, own, before, LayerFiles.in(staging, name));
    }
    return names;
  }

  /// The machine's RAM in its process.
  static ProcessMemory memory(Machine machine) throws IOException {
    return PrivatePages.mapping(
        machine.vmm().process().pid(),
        Revival.inode(base(machine).pages()),
        machine.built().hardware().memoryBytes());
  }

  static void link(LayerFiles from, LayerFiles to) throws IOException {
    Files.createLink(to.pages(), from.pages());
    Files.createLink(to.index(), from.index());
  }
}
