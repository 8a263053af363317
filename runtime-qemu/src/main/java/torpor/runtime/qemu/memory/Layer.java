package torpor.runtime.qemu.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.zip.CRC32C;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import torpor.runtime.qemu.memory.LayerIndex.Encoding;
import torpor.runtime.qemu.memory.LayerIndex.Piece;

/// A layer that is open for reading, its contents mapped. For one thread.
public final class Layer implements AutoCloseable {
  private static final LZ4SafeDecompressor LZ4 =
      LZ4Factory.fastestJavaInstance().safeDecompressor();

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
    int length = (int) Pages.bytes(wanted.pages());
    try {
      int got =
          LZ4.decompress(
              bytes.asByteBuffer(), 0, wanted.stored(), unpacked.asByteBuffer(), 0, length);
      if (got != length) {
        throw new MemoryDamagedException("a piece of memory unpacks to the wrong length");
      }
    } catch (LZ4Exception malformed) {
      throw new MemoryDamagedException("a piece of memory cannot be unpacked", malformed);
    }
    return unpacked.asSlice(0, length);
  }

  static int checksum(MemorySegment bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.asByteBuffer());
    return (int) crc.getValue();
  }

  /// Checks every piece.
  public void verify() throws IOException {
    for (Piece next : index.pieces()) {
      verified(next);
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
