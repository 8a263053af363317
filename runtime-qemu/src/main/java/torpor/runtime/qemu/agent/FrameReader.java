package torpor.runtime.qemu.agent;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/// Collects bytes into frames. What is malformed is dropped up to the next zero, where the stream
/// is in step again. For one thread.
final class FrameReader {
  private static final int PLAIN = Frame.HEADER + Frame.MOST_PAYLOAD;
  private static final int STUFFED = PLAIN + PLAIN / 254 + 2;
  private static final int LONGEST_BLOCK = 255;

  private final byte[] bytes = new byte[STUFFED];
  private int length;
  private boolean skipping;
  private long rejected;

  /// Takes bytes up to the end of one frame.
  ///
  /// @return a frame, where one was completed; call again while bytes remain
  Optional<Frame> take(ByteBuffer source) {
    while (source.hasRemaining()) {
      byte value = source.get();
      if (value != 0) {
        if (length == STUFFED) {
          skipping = true;
        } else {
          bytes[length++] = value;
        }
        continue;
      }
      Optional<Frame> frame = skipping || length == 0 ? Optional.empty() : open();
      if (frame.isEmpty() && (skipping || length > 0)) {
        rejected++;
      }
      length = 0;
      skipping = false;
      if (frame.isPresent()) {
        return frame;
      }
    }
    return Optional.empty();
  }

  /// How many were malformed.
  long rejected() {
    return rejected;
  }

  private Optional<Frame> open() {
    int in = 0;
    int out = 0;
    while (in < length) {
      int code = bytes[in++] & 0xff;
      int run = code - 1;
      if (run > length - in) {
        return Optional.empty();
      }
      System.arraycopy(bytes, in, bytes, out, run);
      in += run;
      out += run;
      if (code != LONGEST_BLOCK && in < length) {
        bytes[out++] = 0;
      }
    }
    ByteBuffer plain = ByteBuffer.wrap(bytes, 0, out);
    if (out < Frame.HEADER || out > PLAIN || plain.getInt(0) != out - Frame.HEADER) {
      return Optional.empty();
    }
    return Optional.of(
        new Frame(
            plain.getShort(4) & 0xffff,
            plain.getLong(8),
            ByteBuffer.wrap(Arrays.copyOfRange(bytes, Frame.HEADER, out))));
  }
}
