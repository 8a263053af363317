package torpor.core.network;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// IPv4 addresses with one prefix, such as `192.0.2.0/24`; one alone is a `/32`.
///
/// @param text as it was written; no address has bits beyond its prefix
public record AddressRange(String text) {
  private static final Pattern SHAPE =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})(?:/(\\d{1,2}))?");
  private static final int PARTS = 4;
  private static final int BYTE = 255;
  private static final int BITS = 32;

  public AddressRange {
    if (!isOne(text)) {
      throw new IllegalArgumentException("'" + text + "' is no range of addresses");
    }
  }

  public static boolean isOne(String text) {
    Matcher shape = SHAPE.matcher(text);
    if (!shape.matches()) {
      return false;
    }
    int[] parts =
        IntStream.rangeClosed(1, PARTS).map(part -> Integer.parseInt(shape.group(part))).toArray();
    int prefix = shape.group(PARTS + 1) == null ? BITS : Integer.parseInt(shape.group(PARTS + 1));
    if (prefix > BITS || Arrays.stream(parts).anyMatch(part -> part > BYTE)) {
      return false;
    }
    long bits = Arrays.stream(parts).asLongStream().reduce(0, (all, part) -> all << 8 | part);
    return bits % (1L << (BITS - prefix)) == 0;
  }

  @Override
  public String toString() {
    return text;
  }
}
