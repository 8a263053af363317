package torpor.runtime.qemu.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import torpor.host.process.ProcessMemory;
import torpor.runtime.qemu.memory.LayerIndex.Piece;
import torpor.runtime.qemu.memory.LayerIndex.Run;

/// Puts the layers of a frozen memory into a process that maps its base.
///
/// Most of the time goes into the page faults of the process that is written to, and the kernel
/// takes those of two writers side by side.
public final class MemoryLoader {
  private static final int WRITERS = 2;

  private MemoryLoader() {}

  /// A piece of one layer, and which of its pages no newer layer has.
  private record Part(int layer, Piece piece, List<Run> wanted, boolean whole) {}

  /// Writes each page once, the newest there is; every piece that is used is checked first.
  ///
  /// @param files the base first
  /// @throws MemoryDamagedException where a piece is damaged; the process's memory is then good for
  ///   nothing, as it is after every other failure
  public static void load(
      int pageCount, List<LayerFiles> files, ProcessMemory target, Executor threads)
      throws IOException {
    if (files.size() == 1) {
      return;
    }
    List<Part> parts = new ArrayList<>();
    List<Run> zero = new ArrayList<>();
    try (Memory memory = Memory.open(pageCount, files)) {
      plan(memory, parts, zero);
    }
    AtomicInteger next = new AtomicInteger();
    List<CompletableFuture<Void>> others = new ArrayList<>();
    for (int i = 1; i < WRITERS; i++) {
      others.add(
          CompletableFuture.runAsync(
              () -> writeUnchecked(pageCount, files, parts, next, target), threads));
    }
    try {
      write(pageCount, files, parts, next, target);
      writeZeros(zero, target);
    } finally {
      next.set(parts.size());
      others.forEach(MemoryLoader::await);
    }
    for (CompletableFuture<Void> other : others) {
      rethrow(other);
    }
  }

  private static void plan(Memory memory, List<Part> parts, List<Run> zero) {
    List<Layer> layers = memory.oldestFirst();
    BitSet decided = new BitSet(memory.pageCount());
    for (int i = layers.size() - 1; i > 0; i--) {
      LayerIndex index = layers.get(i).index();
      for (Piece piece : index.pieces()) {
        List<Run> wanted = undecided(piece.runs(), decided);
        if (!wanted.isEmpty()) {
          parts.add(new Part(i, piece, wanted, wanted.equals(piece.runs())));
        }
      }
      zero.addAll(undecided(index.zero(), decided));
      decided.or(index.pages());
    }
  }

  private static List<Run> undecided(List<Run> runs, BitSet decided) {
    List<Run> wanted = new ArrayList<>();
    for (Run run : runs) {
      for (int page = decided.nextClearBit(run.first()); page < run.end(); ) {
        int taken = decided.nextSetBit(page);
        int end = taken < 0 ? run.end() : Math.min(taken, run.end());
        wanted.add(new Run(page, end - page));
        page = decided.nextClearBit(end);
      }
    }
    return wanted;
  }

  private static void writeUnchecked(
      int pageCount,
      List<LayerFiles> files,
      List<Part> parts,
      AtomicInteger next,
      ProcessMemory target) {
    try {
      write(pageCount, files, parts, next, target);
    } catch (IOException failed) {
      next.set(parts.size());
      throw new CompletionException(failed);
    }
  }

  private static void write(
      int pageCount,
      List<LayerFiles> files,
      List<Part> parts,
      AtomicInteger next,
      ProcessMemory target)
      throws IOException {
    try (Memory memory = Memory.open(pageCount, files)) {
      List<Layer> layers = memory.oldestFirst();
      for (int i = next.getAndIncrement(); i < parts.size(); i = next.getAndIncrement()) {
        Part part = parts.get(i);
        MemorySegment contents = layers.get(part.layer()).verified(part.piece());
        if (part.whole()) {
          target.write(PageSource.pieces(part.wanted()), contents);
        } else {
          writeSome(part, contents, target);
        }
      }
    }
  }

  private static void writeSome(Part part, MemorySegment contents, ProcessMemory target)
      throws IOException {
    for (Run wanted : part.wanted()) {
      long offset = 0;
      for (Run run : part.piece().runs()) {
        if (run.first() <= wanted.first() && wanted.first() < run.end()) {
          offset += Pages.bytes(wanted.first() - run.first());
          break;
        }
        offset += Pages.bytes(run.count());
      }
      target.write(
          PageSource.pieces(List.of(wanted)),
          contents.asSlice(offset, Pages.bytes(wanted.count())));
    }
  }

  private static void writeZeros(List<Run> runs, ProcessMemory target) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment nothing = arena.allocate(Pages.bytes(Pages.PIECE));
      for (Run run : runs) {
        for (int page = run.first(); page < run.end(); page += Pages.PIECE) {
          int count = Math.min(Pages.PIECE, run.end() - page);
          target.write(
              PageSource.pieces(List.of(new Run(page, count))),
              nothing.asSlice(0, Pages.bytes(count)));
        }
      }
    }
  }

  private static void await(CompletableFuture<Void> other) {
    var _ = other.handle((_, _) -> true).join();
  }

  private static void rethrow(CompletableFuture<Void> other) throws IOException {
    if (other.isCompletedExceptionally()) {
      if (other.exceptionNow() instanceof IOException failed) {
        throw failed;
      }
      throw new IOException("a memory cannot be written", other.exceptionNow());
    }
  }
}
