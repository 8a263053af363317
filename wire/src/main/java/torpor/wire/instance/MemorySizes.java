package torpor.wire.instance;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Memory and disks of machines as everybody writes them: `512MB`, `10GB`, `2G`, `1.5GiB`, where
/// all units are powers of 1024, with or without the `i`. (Elsewhere in this API `MB` is a million,
/// see [ByteSizes]; a memory module of `1GB` never was a round number.) Without a unit it is bytes.
public final class MemorySizes {
  private static final Pattern SHAPE =
      Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?) ?([KMGT]?)(I?B)?");
  private static final String UNITS = "KMGT";
  private static final BigDecimal MOST = BigDecimal.valueOf(1L << 50);

  private MemorySizes() {}

  /// Reads a size in bytes.
  ///
  /// @throws IllegalArgumentException where it is not one; the message says what is wrong, ready to
  ///   be shown
  public static long parse(String text) {
    Matcher shape = SHAPE.matcher(text.toUpperCase(Locale.ROOT));
    boolean matches = shape.matches();
    if (!matches || (shape.group(2).isEmpty() && "IB".equals(shape.group(3)))) {
      throw new IllegalArgumentException("'" + text + "' is not a size such as 512MB, 10GB or 2G");
    }
    int power = shape.group(2).isEmpty() ? 0 : UNITS.indexOf(shape.group(2)) + 1;
    BigDecimal bytes =
        new BigDecimal(shape.group(1)).multiply(BigDecimal.valueOf(1L << (10 * power)));
    if (bytes.compareTo(MOST) > 0) {
      throw new IllegalArgumentException("'" + text + "' is more than any machine has");
    }
    return bytes.longValue();
  }

  /// Writes a size in the largest unit that leaves a whole number: `512MB`, `1536MB`, `10GB`.
  /// [#parse] reads the same one.
  public static String format(long bytes) {
    long amount = bytes;
    int power = 0;
    while (amount != 0 && amount % 1024 == 0 && power < UNITS.length()) {
      amount /= 1024;
      power++;
    }
    return amount + (power == 0 ? "B" : UNITS.charAt(power - 1) + "B");
  }
}
