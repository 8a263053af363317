package torpor.runtime.qemu.memory;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.lang.foreign.MemorySegment;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import torpor.runtime.qemu.memory.LayerIndex.Encoding;

/// Pieces made smaller, and whole again. All segments are native memory. Thread-safe.
final class Packing {
  private static final LZ4Compressor LZ4 = LZ4Factory.fastestJavaInstance().fastCompressor();
  private static final LZ4SafeDecompressor UNLZ4 =
      LZ4Factory.fastestJavaInstance().safeDecompressor();
  private static final int ZSTD_LEVEL = 3;

  private Packing() {}

  /// How much room the packed form of so many bytes may need, whatever the encoding.
  static long room(int bytes) {
    return Math.max(LZ4.maxCompressedLength(bytes), Zstd.compressBound(bytes));
  }

  /// @param into with room for the worst case
  /// @return how many bytes it takes; as many as there are, or more, where packing does not pay
  static int pack(Encoding encoding, MemorySegment contents, MemorySegment into) {
    int length = (int) contents.byteSize();
    int room = (int) into.byteSize();
    return switch (encoding) {
      case RAW -> length;
      case LZ4 -> LZ4.compress(contents.asByteBuffer(), 0, length, into.asByteBuffer(), 0, room);
      case ZSTD -> {
        long packed =
            Zstd.compressDirectByteBuffer(
                into.asByteBuffer(), 0, room, contents.asByteBuffer(), 0, length, ZSTD_LEVEL);
        if (Zstd.isError(packed)) {
          throw new IllegalStateException("zstd cannot pack: " + Zstd.getErrorName(packed));
        }
        yield (int) packed;
      }
    };
  }

  /// @param contents as long as what was packed
  /// @throws MemoryDamagedException where it is not the packed form of as many bytes
  static void unpack(Encoding encoding, MemorySegment packed, MemorySegment contents)
      throws MemoryDamagedException {
    long got =
        switch (encoding) {
          case RAW -> throw new IllegalArgumentException("what is raw is not packed");
          case LZ4 -> unpackLz4(packed, contents);
          case ZSTD -> unpackZstd(packed, contents);
        };
    if (got != contents.byteSize()) {
      throw new MemoryDamagedException("a piece of memory unpacks to the wrong length");
    }
  }

  private static long unpackZstd(MemorySegment packed, MemorySegment contents)
      throws MemoryDamagedException {
    try {
      return Zstd.decompressDirectByteBuffer(
          contents.asByteBuffer(),
          0,
          (int) contents.byteSize(),
          packed.asByteBuffer(),
          0,
          (int) packed.byteSize());
    } catch (ZstdException malformed) {
      throw new MemoryDamagedException("a piece of memory cannot be unpacked", malformed);
    }
  }

  private static long unpackLz4(MemorySegment packed, MemorySegment contents)
      throws MemoryDamagedException {
    try {
      return UNLZ4.decompress(
          packed.asByteBuffer(),
          0,
          (int) packed.byteSize(),
          contents.asByteBuffer(),
          0,
          (int) contents.byteSize());
    } catch (LZ4Exception malformed) {
      throw new MemoryDamagedException("a piece of memory cannot be unpacked", malformed);
    }
  }
}
