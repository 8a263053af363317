package torpor.runtime.qemu.boot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import torpor.runtime.qemu.agent.Records;

/// The disk that tells the guest's init what to run:
///
/// ```
///  "TORPORCF" | u32 version | u32 length of the records | records      (big endian)
/// ```
///
/// Always of the same size, so that a template's copy finds another one in its place.
public final class ConfigDisk {
  public static final long BYTES = 1 << 20;
  private static final byte[] MAGIC = "TORPORCF".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int HEADER = 16;

  private ConfigDisk() {}

  /// Whether that much can be told.
  public static boolean fits(Records records) {
    return records.bytes().length <= BYTES - HEADER;
  }

  /// @throws IllegalArgumentException where it does not fit
  public static void write(Records records, Path file) throws IOException {
    byte[] bytes = records.bytes();
    if (bytes.length > BYTES - HEADER) {
      throw new IllegalArgumentException("the configuration is larger than its disk");
    }
    ByteBuffer contents =
        ByteBuffer.allocate(HEADER + bytes.length)
            .put(MAGIC)
            .putInt(VERSION)
            .putInt(bytes.length)
            .put(bytes)
            .flip();
    try (FileChannel disk =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      while (contents.hasRemaining()) {
        disk.write(contents);
      }
      disk.write(ByteBuffer.allocate(1), BYTES - 1);
    }
  }
}
