package torpor.bench.machines;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import torpor.host.process.ProcessMemory;
import torpor.runtime.qemu.memory.PrivatePages;

/// What a machine that stands still has made of its base.
final class OwnPages {
  private static final int PAGE = 4_096;
  private static final String BASE = "base.pages";

  private OwnPages() {}

  /// Bytes of the pages that are its own and not zero.
  ///
  /// @param life directory with the file that its RAM is a private copy of
  static double bytes(long process, Path life) throws IOException {
    Path base = life.resolve(BASE);
    ProcessMemory memory =
        PrivatePages.mapping(
            process, (long) Files.getAttribute(base, "unix:ino"), Files.size(base));
    BitSet own = PrivatePages.of(memory);
    long count = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment zero = arena.allocate(PAGE);
      MemorySegment page = arena.allocate(PAGE);
      for (int i = own.nextSetBit(0); i >= 0; i = own.nextSetBit(i + 1)) {
        memory.read(List.of(new ProcessMemory.Piece((long) i * PAGE, PAGE)), page);
        count += page.mismatch(zero) < 0 ? 0 : 1;
      }
    }
    return (double) count * PAGE;
  }
}
