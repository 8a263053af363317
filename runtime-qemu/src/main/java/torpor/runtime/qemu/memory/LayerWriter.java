package torpor.runtime.qemu.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import torpor.host.process.ProcessMemory;
import torpor.runtime.qemu.memory.LayerIndex.Encoding;
import torpor.runtime.qemu.memory.LayerIndex.Piece;
import torpor.runtime.qemu.memory.LayerIndex.Run;

/// Writes layers and bases. Nothing is flushed to the disk here; whoever owns the directory does
/// that once for all files in it.
public final class LayerWriter {
  private LayerWriter() {}

  /// Writes what of `own` differs from the parent.
  ///
  /// @param memory of a machine that stands still
  /// @param own the pages that it does not share with its base
  public static LayerIndex differences(
      ProcessMemory memory, BitSet own, Memory parent, LayerFiles files) throws IOException {
    try (Output out = new Output(files, parent.pageCount(), Encoding.RAW)) {
      PageSource source = PageSource.of(memory);
      for (List<Run> runs : batches(own)) {
        source.read(runs, out.buffer);
        out.takeDifferences(runs, parent);
      }
      return out.finish();
    }
  }

  /// Writes a base that QEMU can map: every page of `pages` at its own address, the rest a hole.
  ///
  /// @param memory of a machine that stands still
  public static LayerIndex base(ProcessMemory memory, BitSet pages, LayerFiles files)
      throws IOException {
    return base(PageSource.of(memory), pages, Pages.count(memory.bytes()), files);
  }

  /// Writes all of a frozen memory as one base.
  public static LayerIndex flatten(Memory memory, LayerFiles files) throws IOException {
    return base(memory, memory.nonZero(), memory.pageCount(), files);
  }

  /// A base that is zero throughout.
  public static LayerIndex zeroBase(int pageCount, LayerFiles files) throws IOException {
    return base((_, _) -> {}, new BitSet(), pageCount, files);
  }

  private static LayerIndex base(PageSource source, BitSet pages, int pageCount, LayerFiles files)
      throws IOException {
    try (Output out = new Output(files, pageCount, Encoding.RAW)) {
      out.extendTo(Pages.bytes(pageCount));
      Pages.<IOException>eachRun(
          pages,
          Pages.PIECE,
          (first, count) -> {
            List<Run> runs = List.of(new Run(first, count));
            source.read(runs, out.buffer);
            out.takeInPlace(first, count);
          });
      return out.finish();
    }
  }

  /// Writes several neighbouring layers of a memory as one, each piece packed where that pays. What
  /// is read is checked.
  ///
  /// @param layers those to be merged, oldest first
  /// @param stop asked before each piece; says that the result is not wanted any more
  /// @throws MemoryDamagedException where a layer is not what was written
  /// @throws CancellationException where it was stopped; what is written so far is good for nothing
  public static LayerIndex merge(
      int pageCount,
      List<LayerFiles> layers,
      LayerFiles into,
      Encoding encoding,
      BooleanSupplier stop)
      throws IOException {
    try (Memory memory = Memory.open(pageCount, layers);
        Output out = new Output(into, pageCount, encoding)) {
      BitSet zero = new BitSet();
      for (Layer layer : memory.oldestFirst()) {
        zero.andNot(layer.index().data());
        layer.index().zero().forEach(run -> zero.set(run.first(), run.end()));
      }
      for (List<Run> runs : batches(memory.nonZero())) {
        if (stop.getAsBoolean()) {
          throw new CancellationException("the merging of layers");
        }
        memory.read(runs, out.buffer);
        out.takeAll(runs);
      }
      out.zero.or(zero);
      return out.finish();
    }
  }

  private static List<List<Run>> batches(BitSet pages) {
    List<List<Run>> batches = new ArrayList<>();
    List<Run> batch = new ArrayList<>();
    int[] size = {0};
    Pages.<RuntimeException>eachRun(
        pages,
        Pages.PIECE,
        (first, count) -> {
          int fits = Math.min(count, Pages.PIECE - size[0]);
          batch.add(new Run(first, fits));
          size[0] += fits;
          if (size[0] == Pages.PIECE) {
            batches.add(List.copyOf(batch));
            batch.clear();
            size[0] = count - fits;
            if (fits < count) {
              batch.add(new Run(first + fits, count - fits));
            }
          }
        });
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }

  /// The files being written, and the buffer that holds the pages of one piece.
  private static final class Output implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(Pages.bytes(Pages.PIECE), Pages.SIZE);
    private final MemorySegment packed =
        arena.allocate(Packing.room((int) Pages.bytes(Pages.PIECE)));
    private final BitSet zero = new BitSet();
    private final List<Piece> pieces = new ArrayList<>();
    private final LayerFiles files;
    private final int pageCount;
    private final Encoding encoding;
    private final FileChannel channel;
    private long end;

    Output(LayerFiles files, int pageCount, Encoding encoding) throws IOException {
      this.files = files;
      this.pageCount = pageCount;
      this.encoding = encoding;
      this.channel =
          FileChannel.open(
              files.pages(),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE,
              StandardOpenOption.SPARSE);
    }

    /// Makes the file as long as the memory, all hole but for its last page's end: a file cannot be
    /// stretched without a byte.
    void extendTo(long bytes) throws IOException {
      try (var file = new java.io.RandomAccessFile(files.pages().toFile(), "rw")) {
        file.setLength(bytes);
      }
    }

    void takeDifferences(List<Run> runs, Memory parent) throws IOException {
      BitSet kept = new BitSet();
      long from = 0;
      long to = 0;
      for (Run run : runs) {
        for (int page = run.first(); page < run.end(); page++, from += Pages.SIZE) {
          if (Memory.isZero(buffer, from)) {
            zero.set(page, !parent.isZero(page));
          } else if (!parent.has(page, buffer, from)) {
            if (from != to) {
              MemorySegment.copy(buffer, from, buffer, to, Pages.SIZE);
            }
            to += Pages.SIZE;
            kept.set(page);
          }
        }
      }
      if (!kept.isEmpty()) {
        List<Run> keptRuns = new ArrayList<>();
        Pages.<RuntimeException>eachRun(
            kept, Pages.PIECE, (first, count) -> keptRuns.add(new Run(first, count)));
        append(keptRuns, buffer.asSlice(0, to));
      }
    }

    void takeAll(List<Run> runs) throws IOException {
      append(runs, buffer.asSlice(0, Pages.bytes(runs.stream().mapToInt(Run::count).sum())));
    }

    /// Zero pages are left out; they are holes.
    void takeInPlace(int first, int count) throws IOException {
      int start = 0;
      while (start < count) {
        int stop = start;
        while (stop < count && !Memory.isZero(buffer, Pages.bytes(stop))) {
          stop++;
        }
        if (stop > start) {
          MemorySegment contents = buffer.asSlice(Pages.bytes(start), Pages.bytes(stop - start));
          store(
              Pages.bytes(first + start),
              contents,
              Encoding.RAW,
              List.of(new Run(first + start, stop - start)));
        }
        start = stop + 1;
      }
    }

    private void append(List<Run> runs, MemorySegment contents) throws IOException {
      if (encoding != Encoding.RAW) {
        int length = Packing.pack(encoding, contents, packed);
        if (length < contents.byteSize()) {
          store(end, packed.asSlice(0, length), encoding, runs);
          end += length;
          return;
        }
      }
      store(end, contents, Encoding.RAW, runs);
      end += contents.byteSize();
    }

    private void store(long at, MemorySegment bytes, Encoding encoding, List<Run> runs)
        throws IOException {
      ByteBuffer rest = bytes.asByteBuffer();
      long position = at;
      while (rest.hasRemaining()) {
        position += channel.write(rest, position);
      }
      pieces.add(new Piece(at, (int) bytes.byteSize(), Layer.checksum(bytes), encoding, runs));
    }

    LayerIndex finish() throws IOException {
      List<Run> zeroRuns = new ArrayList<>();
      Pages.<RuntimeException>eachRun(
          zero, Integer.MAX_VALUE, (first, count) -> zeroRuns.add(new Run(first, count)));
      LayerIndex index = new LayerIndex(pageCount, zeroRuns, pieces);
      Files.write(files.index(), LayerIndexCodec.write(index), StandardOpenOption.CREATE_NEW);
      return index;
    }

    @Override
    public void close() throws IOException {
      try (arena) {
        channel.close();
      }
    }
  }
}
