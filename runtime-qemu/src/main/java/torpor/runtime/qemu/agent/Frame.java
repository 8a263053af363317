package torpor.runtime.qemu.agent;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// One frame.
///
/// @param payload from its position to its limit; not copied
record Frame(int type, long id, ByteBuffer payload) {
  static final int HEADER = 16;
  static final int MOST_PAYLOAD = 65536;
  private static final int MOST_RUN = 254;

  /// The bytes as they are sent: stuffed so that zero occurs only as their end.
  ///
  /// @throws GuestException `invalid` where there are more than a guest takes; it would not answer
  byte[] stuffed() throws GuestException {
    int length = payload.remaining();
    if (length > MOST_PAYLOAD) {
      throw new GuestException(
          "invalid",
          "a request of %d bytes is more than the %d that a guest takes at once"
              .formatted(length, MOST_PAYLOAD));
    }
    byte[] plain =
        ByteBuffer.allocate(HEADER + length)
            .putInt(length)
            .putShort((short) type)
            .putShort((short) 0)
            .putLong(id)
            .put(payload.duplicate())
            .array();
    byte[] out = new byte[plain.length + plain.length / MOST_RUN + 2];
    int block = 0;
    int next = 1;
    for (byte value : plain) {
      if (value == 0) {
        out[block] = (byte) (next - block);
        block = next++;
      } else {
        out[next++] = value;
        if (next - block == MOST_RUN + 1) {
          out[block] = (byte) (next - block);
          block = next++;
        }
      }
    }
    out[block] = (byte) (next - block);
    out[next++] = 0;
    return Arrays.copyOf(out, next);
  }
}
