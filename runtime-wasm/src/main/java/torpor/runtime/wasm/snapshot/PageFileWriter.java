package torpor.runtime.wasm.snapshot;

import java.io.DataOutputStream;
import java.io.IOException;
import java.util.BitSet;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import torpor.runtime.wasm.memory.PagedMemory;

/// Writes memory pages: groups of up to 16 pages compressed together, and lists of pages that are
/// zero.
///
/// ```
///   "TWPG" version
///   1 count compressed-bytes index… data      pages; stored as they are when that is not larger
///   2 count index…                            pages that became zero
///   0                                         the end
/// ```
final class PageFileWriter {
  static final int MAGIC = 0x54575047;
  static final int VERSION = 1;
  static final int END = 0;
  static final int PAGES = 1;
  static final int ZEROS = 2;
  static final int GROUP = 16;

  private static final int PAGE = PagedMemory.PAGE_BYTES;

  private final LZ4Compressor compressor = LZ4Factory.fastestInstance().fastCompressor();
  private final DataOutputStream out;
  private final int[] group = new int[GROUP];
  private final byte[] content = new byte[GROUP * PAGE];
  private final byte[] compressed;
  private int grouped;

  private PageFileWriter(DataOutputStream out) {
    this.out = out;
    this.compressed = new byte[compressor.maxCompressedLength(GROUP * PAGE)];
  }

  /// Writes these pages of a frozen memory. A full image leaves zero pages out, a delta must say
  /// which pages became zero.
  static void write(PagedMemory memory, BitSet pages, boolean full, DataOutputStream out)
      throws IOException {
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    BitSet zeros = new PageFileWriter(out).writePages(memory, pages);
    if (!full && !zeros.isEmpty()) {
      out.writeByte(ZEROS);
      out.writeInt(zeros.cardinality());
      for (int i = zeros.nextSetBit(0); i >= 0; i = zeros.nextSetBit(i + 1)) {
        out.writeInt(i);
      }
    }
    out.writeByte(END);
  }

  private BitSet writePages(PagedMemory memory, BitSet pages) throws IOException {
    BitSet zeros = new BitSet();
    for (int i = pages.nextSetBit(0); i >= 0; i = pages.nextSetBit(i + 1)) {
      byte[] page = memory.frozenPage(i);
      if (page == null) {
        zeros.set(i);
      } else {
        add(i, page);
      }
    }
    flush();
    return zeros;
  }

  private void add(int index, byte[] page) throws IOException {
    System.arraycopy(page, 0, content, grouped * PAGE, PAGE);
    group[grouped++] = index;
    if (grouped == GROUP) {
      flush();
    }
  }

  private void flush() throws IOException {
    if (grouped == 0) {
      return;
    }
    int raw = grouped * PAGE;
    int length = compressor.compress(content, 0, raw, compressed, 0, compressed.length);
    boolean worth = length < raw;
    out.writeByte(PAGES);
    out.writeInt(grouped);
    out.writeInt(worth ? length : raw);
    for (int i = 0; i < grouped; i++) {
      out.writeInt(group[i]);
    }
    out.write(worth ? compressed : content, 0, worth ? length : raw);
    grouped = 0;
  }
}
