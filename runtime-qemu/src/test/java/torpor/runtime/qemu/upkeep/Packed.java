package torpor.runtime.qemu.upkeep;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.zip.CRC32C;
import torpor.runtime.qemu.memory.LayerIndex.Run;
import torpor.runtime.qemu.memory.Memory;
import torpor.runtime.qemu.memory.Pages;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;
import torpor.runtime.qemu.snapshot.SnapshotUses;
import torpor.runtime.qemu.upkeep.UpkeepSettings.Compression;

/// Packs what real machines have left, without waiting for it to be cold.
public final class Packed {
  private Packed() {}

  public static void now(Path snapshots, Compression compression) throws IOException {
    var _ =
        new Compaction(new SnapshotUses(), () -> false).pack(snapshots, compression, Instant.MAX);
  }

  /// Says which memory is frozen in a snapshot, however it is stored.
  public static long memory(Path snapshot) throws IOException {
    Manifest manifest = SnapshotDirectory.open(snapshot);
    int pages = Pages.count(manifest.hardware().memoryBytes());
    CRC32C crc = new CRC32C();
    try (Memory memory = Memory.open(pages, SnapshotDirectory.memory(snapshot, manifest));
        Arena arena = Arena.ofConfined()) {
      MemorySegment page = arena.allocate(Pages.SIZE);
      for (int number = 0; number < pages; number++) {
        memory.read(List.of(new Run(number, 1)), page);
        crc.update(page.asByteBuffer());
      }
    }
    return crc.getValue();
  }
}
