package torpor.bench.machines;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;

/// What a script writes to the guest's init so that it repairs entropy and clock and lets the
/// programs go on; see `guest/init/README.md`.
final class GuestFrames {
  private static final int CONNECT = 0x01;
  private static final int THAW = 0x05;
  private static final int HEADER = 16;
  private static final int ENTROPY = 32;
  private static final int LONGEST_RUN = 254;
  private static final long NANOSECONDS = 1_000_000_000L;
  private static final SecureRandom RANDOM = new SecureRandom();

  private GuestFrames() {}

  /// A new connection, and on it a thaw for this very moment.
  static ByteBuffer thaw() {
    byte[] entropy = new byte[ENTROPY];
    RANDOM.nextBytes(entropy);
    Instant now = Instant.now();
    String records =
        "epoch_ns=%d\0entropy=%s\0"
            .formatted(
                now.getEpochSecond() * NANOSECONDS + now.getNano(),
                HexFormat.of().formatHex(entropy));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0);
    out.writeBytes(stuffed(CONNECT, "version=1\0"));
    out.writeBytes(stuffed(THAW, records));
    return ByteBuffer.wrap(out.toByteArray());
  }

  private static byte[] stuffed(int type, String records) {
    byte[] payload = records.getBytes(StandardCharsets.UTF_8);
    byte[] plain =
        ByteBuffer.allocate(HEADER + payload.length)
            .putInt(payload.length)
            .putShort((short) type)
            .putShort((short) 0)
            .putLong(RANDOM.nextLong(Long.MAX_VALUE - 1) + 1)
            .put(payload)
            .array();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream run = new ByteArrayOutputStream();
    for (byte value : plain) {
      if (value != 0) {
        run.write(value);
      }
      if (value == 0 || run.size() == LONGEST_RUN) {
        out.write(run.size() + 1);
        out.writeBytes(run.toByteArray());
        run.reset();
      }
    }
    out.write(run.size() + 1);
    out.writeBytes(run.toByteArray());
    out.write(0);
    return out.toByteArray();
  }
}
