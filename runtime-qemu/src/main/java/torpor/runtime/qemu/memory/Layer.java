package torpor.runtime.qemu.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import torpor.runtime.qemu.host.SparseFiles.Extent;
import torpor.runtime.qemu.memory.LayerIndex.Encoding;
import torpor.runtime.qemu.memory.LayerIndex.Piece;

/// A layer that is open for reading, its contents mapped. For one thread.
public final class Layer implements AutoCloseable {
  private final LayerIndex index;
  private final Arena arena;
  private final MemorySegment stored;
  private final MemorySegment unpacked;
  private final BitSet zero = new BitSet();
  private int unpackedPiece = -1;
  private int verifiedPiece = -1;

  // The run that was found last; pages are mostly asked for in order.
  private int piece;
  private int run;
  private int skipped;
  private int last = -1;

  private Layer(LayerIndex index, FileChannel pages, Arena arena) throws IOException {
    this.index = index;
    this.arena = arena;
    this.stored = pages.map(FileChannel.MapMode.READ_ONLY, 0, pages.size(), arena);
    this.unpacked = arena.allocate(Pages.bytes(Pages.PIECE));
    index.zero().forEach(gone -> zero.set(gone.first(), gone.end()));
  }

  /// @throws IOException where the files are not there or do not fit each other
  public static Layer open(LayerFiles files) throws IOException {
    byte[] bytes = Files.readAllBytes(files.index());
    try (FileChannel pages = FileChannel.open(files.pages(), StandardOpenOption.READ)) {
      return new Layer(LayerIndexCodec.read(bytes, pages.size()), pages, Arena.ofShared());
    }
  }

  public LayerIndex index() {
    return index;
  }

  /// The pages of a piece as they are in memory, good until the next call.
  ///
  /// @throws IOException where they are not what was written
  MemorySegment verified(Piece wanted) throws IOException {
    MemorySegment bytes = stored.asSlice(wanted.offset(), wanted.stored());
    if (checksum(bytes) != wanted.crc32c()) {
      throw new MemoryDamagedException(
          "the memory of pages from "
              + wanted.runs().getFirst().first()
              + " on is not what was written: its checksum differs");
    }
    unpackedPiece = -1;
    return wanted.encoding() == Encoding.RAW ? bytes : unpack(wanted, bytes);
  }

  private MemorySegment unpack(Piece wanted, MemorySegment bytes) throws IOException {
    MemorySegment contents = unpacked.asSlice(0, Pages.bytes(wanted.pages()));
    Packing.unpack(wanted.encoding(), bytes, contents);
    return contents;
  }

  static int checksum(MemorySegment bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.asByteBuffer());
    return (int) crc.getValue();
  }

  /// Checks every piece.
  ///
  /// @param stop asked before each; says that nobody wants to know any more
  /// @throws MemoryDamagedException where one is not what was written
  /// @throws CancellationException where it was stopped
  public void verify(BooleanSupplier stop) throws IOException {
    for (Piece next : index.pieces()) {
      if (stop.getAsBoolean()) {
        throw new CancellationException("a layer's check");
      }
      verified(next);
    }
  }

  /// A base has its pages at their own addresses: checks that all others are zero.
  ///
  /// @param data where its file has no holes
  /// @throws MemoryDamagedException where one is not
  public void requireZeroBetween(List<Extent> data) throws IOException {
    BitSet pages = index.data();
    for (Extent extent : data) {
      int end = (int) ((extent.to() + Pages.SIZE - 1) / Pages.SIZE);
      for (int page = pages.nextClearBit((int) (extent.from() / Pages.SIZE));
          page < Math.min(end, index.pageCount());
          page = pages.nextClearBit(page + 1)) {
        if (!Memory.isZero(stored, Pages.bytes(page))) {
          throw new MemoryDamagedException(
              "the memory of page " + page + " is not what was written: it was zero");
        }
      }
    }
  }

  boolean isZero(int page) {
    return zero.get(page);
  }

  /// Moves to a page; cheap where pages are asked for in ascending order.
  ///
  /// @return whether this layer has contents for it
  boolean find(int page) {
    if (page < last) {
      piece = 0;
      run = 0;
      skipped = 0;
    }
    last = page;
    while (piece < index.pieces().size()) {
      var runs = index.pieces().get(piece).runs();
      if (run == runs.size()) {
        piece++;
        run = 0;
        skipped = 0;
      } else if (runs.get(run).end() <= page) {
        skipped += runs.get(run).count();
        run++;
      } else {
        return runs.get(run).first() <= page;
      }
    }
    return false;
  }

  /// Whether the page found last has these contents. Checksums are not looked at: a page that is
  /// damaged on disk is different from the one in memory, and is then written anew.
  boolean foundIs(MemorySegment contents, long offset) throws IOException {
    Piece here = index.pieces().get(piece);
    MemorySegment pages = contents(here);
    long from = foundAt(here);
    return MemorySegment.mismatch(
            pages, from, from + Pages.SIZE, contents, offset, offset + Pages.SIZE)
        < 0;
  }

  /// Copies the page found last, after its piece was checked.
  void copyFound(MemorySegment into, long offset) throws IOException {
    Piece here = index.pieces().get(piece);
    if (verifiedPiece != piece) {
      verified(here);
      verifiedPiece = piece;
      if (here.encoding() != Encoding.RAW) {
        unpackedPiece = piece;
      }
    }
    MemorySegment.copy(contents(here), foundAt(here), into, offset, Pages.SIZE);
  }

  private MemorySegment contents(Piece here) throws IOException {
    MemorySegment bytes = stored.asSlice(here.offset(), here.stored());
    if (here.encoding() == Encoding.RAW) {
      return bytes;
    }
    if (unpackedPiece != piece) {
      unpack(here, bytes);
      unpackedPiece = piece;
    }
    return unpacked;
  }

  private long foundAt(Piece here) {
    return Pages.bytes(skipped + last - here.runs().get(run).first());
  }

  @Override
  public void close() {
    arena.close();
  }
}
