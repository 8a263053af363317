package torpor.images.layer;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.XZInputStream;

/// Tells by the first bytes how an archive is compressed; what a media type or a file name claims
/// does not matter.
final class Decompression {
  private static final int BUFFER = 64 * 1024;
  private static final int XZ_MEMORY_KIBIBYTES = 128 * 1024;
  private static final byte[] GZIP = HexFormat.of().parseHex("1f8b");
  private static final byte[] ZSTD = HexFormat.of().parseHex("28b52ffd");
  private static final byte[] XZ = HexFormat.of().parseHex("fd377a585a00");

  private Decompression() {}

  static InputStream of(InputStream packed) throws IOException {
    BufferedInputStream input = new BufferedInputStream(packed, BUFFER);
    input.mark(XZ.length);
    byte[] start = input.readNBytes(XZ.length);
    input.reset();
    if (begins(start, GZIP)) {
      return new GZIPInputStream(input, BUFFER);
    }
    if (begins(start, ZSTD)) {
      return new ZstdInputStream(input);
    }
    if (begins(start, XZ)) {
      return new XZInputStream(input, XZ_MEMORY_KIBIBYTES);
    }
    return input;
  }

  private static boolean begins(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length
        && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }
}
