package torpor.store.codec;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import torpor.core.job.JobId;

/// ULIDs as the 128 bits they are. Bytes compare, unsigned, as the texts do.
public final class IdBytes {
  private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final byte[] VALUES = values();
  private static final int LENGTH = 26;
  private static final long FIVE_BITS = 31;

  private IdBytes() {}

  /// All ids that begin with the same characters; both ends included.
  public record Range(JobId first, JobId last) {}

  public static byte[] of(JobId id) {
    long high = 0;
    long low = 0;
    for (int i = 0; i < LENGTH; i++) {
      high = high << 5 | low >>> 59;
      low = low << 5 | VALUES[id.ulid().charAt(i)];
    }
    return ByteBuffer.allocate(16).putLong(high).putLong(low).array();
  }

  /// By character; a [JobId] has no other characters.
  private static byte[] values() {
    byte[] values = new byte[128];
    for (byte i = 0; i < DIGITS.length(); i++) {
      values[DIGITS.charAt(i)] = i;
    }
    return values;
  }

  public static JobId id(byte[] bytes) {
    if (bytes.length != 16) {
      throw new IllegalStateException("a job id has 16 bytes, this one " + bytes.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    long high = buffer.getLong();
    long low = buffer.getLong();
    char[] text = new char[LENGTH];
    for (int i = LENGTH - 1; i >= 0; i--) {
      text[i] = DIGITS.charAt((int) (low & FIVE_BITS));
      low = low >>> 5 | high << 59;
      high >>>= 5;
    }
    return new JobId(new String(text));
  }

  /// Empty where no id can begin like that.
  public static Optional<Range> startingWith(String prefix) {
    String lower = prefix.toLowerCase(Locale.ROOT);
    if (lower.length() > LENGTH) {
      return Optional.empty();
    }
    String first = lower + "0".repeat(LENGTH - lower.length());
    String last = lower.isEmpty() ? "7" : lower;
    return JobId.isValid(first)
        ? Optional.of(
            new Range(new JobId(first), new JobId(last + "z".repeat(LENGTH - last.length()))))
        : Optional.empty();
  }
}
