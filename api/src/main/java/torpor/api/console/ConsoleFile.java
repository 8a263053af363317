package torpor.api.console;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Reads a console file from any offset. A file that does not exist is an empty one.
record ConsoleFile(Path path) {
  private static final int CHUNK = 64 * 1024;

  /// Hands everything from `offset` to the present end to `sink`.
  ///
  /// @return the offset behind what was read
  long copy(long offset, ConsoleSink sink) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
      long position = offset;
      while (channel.read(buffer, position) > 0) {
        buffer.flip();
        sink.write(position, buffer.array(), buffer.limit());
        position += buffer.limit();
        buffer.clear();
      }
      return position;
    } catch (NoSuchFileException _) {
      return offset;
    }
  }

  /// Where the last `lines` lines begin.
  long tail(long lines) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long end = channel.size();
      if (lines == 0) {
        return end;
      }
      ByteBuffer block = ByteBuffer.allocate(CHUNK);
      long missing = lines;
      for (long to = end; to > 0; to -= Math.min(to, CHUNK)) {
        long from = Math.max(0, to - CHUNK);
        block.clear().limit((int) (to - from));
        int read = channel.read(block, from);
        for (int i = read - 1; i >= 0; i--) {
          boolean endsLast = from + i == end - 1;
          if (block.get(i) == '\n' && !endsLast && --missing == 0) {
            return from + i + 1;
          }
        }
      }
      return 0;
    } catch (NoSuchFileException _) {
      return 0;
    }
  }

  /// `offset`, or the present end where the file is shorter.
  long clamp(long offset) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return Math.min(offset, channel.size());
    } catch (NoSuchFileException _) {
      return 0;
    }
  }
}
