package torpor.runtime.qemu.snapshot;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import torpor.runtime.qemu.host.SparseFiles;
import torpor.runtime.qemu.host.SparseFiles.Extent;

/// The checksum of a large file: CRC32C over each block of 64 KiB that is not zero, its number as
/// eight bytes before it. So it is the same with and without holes, and holes cost nothing to read.
public final class ContentSum {
  private static final int BLOCK = 64 << 10;
  private static final MemorySegment ZERO =
      MemorySegment.ofBuffer(ByteBuffer.allocateDirect(BLOCK)).asReadOnly();

  private ContentSum() {}

  /// @param stop asked before each block; says that nobody wants to know any more
  /// @throws CancellationException where it was stopped
  public static int of(Path file, BooleanSupplier stop) throws IOException {
    CRC32C sum = new CRC32C();
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
    List<Extent> extents = SparseFiles.data(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      long next = 0;
      for (Extent extent : extents) {
        long number = Math.max(next, extent.from() / BLOCK);
        for (; number * BLOCK < Math.min(extent.to(), size); number++) {
          if (stop.getAsBoolean()) {
            throw new CancellationException("a file's checksum");
          }
          read(
              channel,
              number * BLOCK,
              block.clear().limit((int) Math.min(BLOCK, size - number * BLOCK)));
          add(sum, number, block.flip());
        }
        next = number;
      }
    }
    return (int) sum.getValue();
  }

  private static void read(FileChannel channel, long from, ByteBuffer block) throws IOException {
    while (block.hasRemaining()) {
      if (channel.read(block, from + block.position()) < 0) {
        throw new EOFException("the file became shorter");
      }
    }
  }

  private static void add(CRC32C sum, long number, ByteBuffer block) {
    MemorySegment contents = MemorySegment.ofBuffer(block);
    if (contents.mismatch(ZERO.asSlice(0, contents.byteSize())) >= 0) {
      sum.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
      sum.update(block);
    }
  }
}
