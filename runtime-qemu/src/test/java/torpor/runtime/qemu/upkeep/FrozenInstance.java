package torpor.runtime.qemu.upkeep;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import torpor.host.process.ProcessMemory;
import torpor.runtime.qemu.disk.DiskFile;
import torpor.runtime.qemu.memory.LayerFiles;
import torpor.runtime.qemu.memory.LayerWriter;
import torpor.runtime.qemu.memory.Memory;
import torpor.runtime.qemu.memory.MemoryLoader;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.SeenContents;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;
import torpor.runtime.qemu.vmm.Accelerator;
import torpor.runtime.qemu.vmm.Hardware;

/// An instance's snapshots as a machine would leave them; this process's own memory stands for the
/// machine's.
final class FrozenInstance implements AutoCloseable {
  private static final int PAGE = 4096;
  private static final int PAGES = 1200;

  final Path snapshots;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment machine = arena.allocate((long) PAGES * PAGE, PAGE);
  private final BitSet own = new BitSet();
  private final Random random;
  private final List<MemorySegment> frozen = new ArrayList<>();
  private final SeenContents seen = new SeenContents();
  private List<String> layers = List.of();

  FrozenInstance(Path directory, long seed) throws IOException {
    this.snapshots = Files.createDirectories(directory.resolve("snapshots"));
    this.random = new Random(seed);
  }

  Path directory(int number) {
    return snapshots.resolve(Integer.toString(number));
  }

  int taken() {
    return frozen.size();
  }

  /// Lets the machine write text into some pages, and noise into a few, and takes a snapshot that
  /// shares with the one before.
  void snapshot() throws IOException {
    scribble();
    int number = frozen.size() + 1;
    Path directory = Files.createDirectory(directory(number));
    Files.write(directory.resolve(Manifest.STATE), new byte[] {1, 2, (byte) number});
    Files.write(
        directory.resolve("disk-0.qcow2"), ("disk " + number).getBytes(StandardCharsets.US_ASCII));
    LayerFiles base = LayerFiles.in(directory, Manifest.BASE);
    List<String> names = new ArrayList<>();
    if (number == 1) {
      LayerWriter.zeroBase(PAGES, base);
    } else {
      link(directory(number - 1), directory, Manifest.BASE);
      names.addAll(SnapshotDirectory.manifest(directory(number - 1)).layers());
      for (String layer : names) {
        link(directory(number - 1), directory, layer);
      }
    }
    List<LayerFiles> parent = new ArrayList<>(List.of(base));
    names.forEach(layer -> parent.add(LayerFiles.in(directory, layer)));
    String name = "memory-" + number;
    try (Memory before = Memory.open(PAGES, parent)) {
      LayerWriter.differences(memory(machine), own, before, LayerFiles.in(directory, name));
    }
    names.add(name);
    layers = names;
    SnapshotDirectory.seal(directory, manifest(), seen);
    frozen.add(arena.allocate(machine.byteSize(), PAGE).copyFrom(machine));
  }

  private void scribble() {
    for (int i = 0; i < 60; i++) {
      int page = random.nextInt(PAGES);
      MemorySegment target = machine.asSlice((long) page * PAGE, PAGE);
      switch (random.nextInt(8)) {
        case 0 -> target.fill((byte) 0);
        case 1 -> {
          byte[] noise = new byte[PAGE];
          random.nextBytes(noise);
          target.copyFrom(MemorySegment.ofArray(noise));
        }
        default -> {
          byte[] text =
              ("page " + page + " " + random.nextInt())
                  .repeat(40)
                  .getBytes(StandardCharsets.US_ASCII);
          MemorySegment.copy(text, 0, target, ValueLayout.JAVA_BYTE, 0, text.length);
        }
      }
      own.set(page);
    }
  }

  private Manifest manifest() {
    return new Manifest(
        "01kah",
        new Hardware(Accelerator.TCG, "max", 1, (long) PAGES * PAGE, List.of("overlay"), false),
        "7.2.22",
        "abc",
        2596150,
        Set.of(),
        "kernel",
        Optional.empty(),
        layers,
        List.of(new DiskFile("disk-0.qcow2", DiskFile.Format.QCOW2)),
        1 << 20,
        Manifest.ConsoleOffsets.START,
        Optional.empty(),
        List.of());
  }

  private static void link(Path from, Path to, String layer) throws IOException {
    LayerFiles source = LayerFiles.in(from, layer);
    LayerFiles target = LayerFiles.in(to, layer);
    Files.createLink(target.pages(), source.pages());
    Files.createLink(target.index(), source.index());
  }

  private static ProcessMemory memory(MemorySegment segment) {
    return new ProcessMemory(ProcessHandle.current().pid(), segment.address(), segment.byteSize());
  }

  /// Whether a snapshot would make the machine that was frozen in it.
  boolean isWhole(int number) throws IOException {
    Manifest manifest = SnapshotDirectory.open(directory(number));
    try (Arena once = Arena.ofConfined()) {
      MemorySegment fresh = once.allocate(machine.byteSize(), PAGE);
      MemoryLoader.load(
          PAGES,
          SnapshotDirectory.memory(directory(number), manifest),
          memory(fresh),
          ForkJoinPool.commonPool());
      return fresh.mismatch(frozen.get(number - 1)) < 0;
    }
  }

  /// Bytes of all layers, each file counted once.
  long layerBytes() throws IOException {
    long bytes = 0;
    List<Object> counted = new ArrayList<>();
    for (int number = 1; number <= taken(); number++) {
      for (String layer : SnapshotDirectory.manifest(directory(number)).layers()) {
        Path pages = LayerFiles.in(directory(number), layer).pages();
        Object inode = Files.getAttribute(pages, "unix:ino");
        if (!counted.contains(inode)) {
          counted.add(inode);
          bytes += Files.size(pages);
        }
      }
    }
    return bytes;
  }

  @Override
  public void close() {
    arena.close();
  }
}
