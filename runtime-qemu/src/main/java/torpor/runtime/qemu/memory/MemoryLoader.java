package torpor.runtime.qemu.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.List;
import torpor.runtime.qemu.host.ProcessMemory;
import torpor.runtime.qemu.memory.LayerIndex.Piece;

/// Puts the layers of a frozen memory into a process that maps its base.
public final class MemoryLoader {
  private MemoryLoader() {}

  /// Writes each page once, the newest there is; every piece that is used is checked first.
  ///
  /// @throws IOException where a piece is damaged or the process is gone; its memory is then good
  ///   for nothing
  public static void load(Memory memory, ProcessMemory target) throws IOException {
    List<Layer> layers = memory.oldestFirst();
    BitSet decided = new BitSet(memory.pageCount());
    try (Arena arena = Arena.ofConfined()) {
      for (int i = layers.size() - 1; i > 0; i--) {
        load(layers.get(i), decided, target, arena);
        decided.or(layers.get(i).index().pages());
      }
    }
  }

  private static void load(Layer layer, BitSet decided, ProcessMemory target, Arena arena)
      throws IOException {
    for (Piece piece : layer.index().pieces()) {
      if (piece.runs().stream().anyMatch(run -> clearIn(decided, run.first(), run.end()))) {
        write(piece, layer.verified(piece), decided, target);
      }
    }
    if (!layer.index().zero().isEmpty()) {
      zero(layer.index(), decided, target, arena);
    }
  }

  private static boolean clearIn(BitSet decided, int from, int to) {
    return decided.nextClearBit(from) < to;
  }

  private static void write(
      Piece piece, MemorySegment contents, BitSet decided, ProcessMemory target)
      throws IOException {
    boolean whole =
        piece.runs().stream()
            .allMatch(run -> {
              int next = decided.nextSetBit(run.first());
              return next < 0 || next >= run.end();
            });
    if (whole) {
      target.write(PageSource.pieces(piece.runs()), contents);
      return;
    }
    long offset = 0;
    for (LayerIndex.Run run : piece.runs()) {
      for (int page = run.first(); page < run.end(); page++, offset += Pages.SIZE) {
        if (!decided.get(page)) {
          target.write(
              PageSource.pieces(List.of(new LayerIndex.Run(page, 1))),
              contents.asSlice(offset, Pages.SIZE));
        }
      }
    }
  }

  private static void zero(LayerIndex index, BitSet decided, ProcessMemory target, Arena arena)
      throws IOException {
    MemorySegment nothing = arena.allocate(Pages.SIZE);
    for (LayerIndex.Run run : index.zero()) {
      for (int page = run.first(); page < run.end(); page++) {
        if (!decided.get(page)) {
          target.write(PageSource.pieces(List.of(new LayerIndex.Run(page, 1))), nothing);
        }
      }
    }
  }
}
