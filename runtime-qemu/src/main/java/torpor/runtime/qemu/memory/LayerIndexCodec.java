package torpor.runtime.qemu.memory;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import torpor.runtime.qemu.memory.LayerIndex.Encoding;
import torpor.runtime.qemu.memory.LayerIndex.Piece;
import torpor.runtime.qemu.memory.LayerIndex.Run;

/// An index as bytes. What is read is checked, every number of it: an index that passes can be
/// followed without leaving the memory or the file.
public final class LayerIndexCodec {
  private static final int MAGIC = 0x54504d31; // TPM1
  private static final int RUN_BYTES = 8;

  private LayerIndexCodec() {}

  public static byte[] write(LayerIndex index) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeInt(Pages.SIZE);
      out.writeInt(index.pageCount());
      write(index.zero(), out);
      out.writeInt(index.pieces().size());
      for (Piece piece : index.pieces()) {
        out.writeLong(piece.offset());
        out.writeInt(piece.stored());
        out.writeInt(piece.crc32c());
        out.writeByte(piece.encoding().code());
        write(piece.runs(), out);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException("memory does not fail", impossible);
    }
    return bytes.toByteArray();
  }

  private static void write(List<Run> runs, DataOutputStream out) throws IOException {
    out.writeInt(runs.size());
    for (Run run : runs) {
      out.writeInt(run.first());
      out.writeInt(run.count());
    }
  }

  /// @param fileBytes how long the file with the contents is
  /// @throws IOException where it is not an index, or one of another memory or file
  public static LayerIndex read(byte[] bytes, long fileBytes) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readInt() != MAGIC || in.readInt() != Pages.SIZE) {
        throw new IOException("not an index of memory pages of " + Pages.SIZE + " bytes");
      }
      int pageCount = in.readInt();
      List<Run> zero = readRuns(in, pageCount, 0);
      int count = in.readInt();
      List<Piece> pieces = new ArrayList<>();
      int end = 0;
      for (int i = 0; i < count; i++) {
        Piece piece = readPiece(in, pageCount, end, fileBytes);
        end = piece.runs().getLast().end();
        pieces.add(piece);
      }
      if (in.read() >= 0) {
        throw new IOException("the index is longer than it says");
      }
      return new LayerIndex(pageCount, zero, pieces);
    }
  }

  private static Piece readPiece(DataInputStream in, int pageCount, int from, long fileBytes)
      throws IOException {
    long offset = in.readLong();
    int stored = in.readInt();
    int crc32c = in.readInt();
    Optional<Encoding> encoding = Encoding.of(in.readUnsignedByte());
    List<Run> runs = readRuns(in, pageCount, from);
    int pages = runs.stream().mapToInt(Run::count).sum();
    boolean fits = offset >= 0 && stored > 0 && offset <= fileBytes - stored;
    if (!fits || encoding.isEmpty() || runs.isEmpty() || pages > Pages.PIECE) {
      throw new IOException("the index has a piece that cannot be");
    }
    Piece piece = new Piece(offset, stored, crc32c, encoding.get(), runs);
    if (piece.encoding() == Encoding.RAW && stored != Pages.bytes(pages)) {
      throw new IOException("the index has a raw piece of the wrong length");
    }
    return piece;
  }

  private static List<Run> readRuns(DataInputStream in, int pageCount, int from)
      throws IOException {
    int count = in.readInt();
    if (count < 0 || (long) count * RUN_BYTES > in.available()) {
      throw new IOException("the index is shorter than it says");
    }
    List<Run> runs = new ArrayList<>(count);
    int end = from;
    for (int i = 0; i < count; i++) {
      Run run = new Run(in.readInt(), in.readInt());
      if (run.first() < end || run.count() <= 0 || run.count() > pageCount - run.first()) {
        throw new IOException("the index has pages out of order or outside of the memory");
      }
      end = run.end();
      runs.add(run);
    }
    return runs;
  }
}
