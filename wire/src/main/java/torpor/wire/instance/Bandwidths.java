package torpor.wire.instance;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Rates as people write them: `125MB/s`, `1Gbps`, `500kbit/s`. Units are powers of 1000, as
/// networks count.
public final class Bandwidths {
  private static final Pattern SHAPE =
      Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?) ?([kKMGT]?)(bps|bit/s|b/s|Bps|B/s)");
  private static final String UNITS = "KMGT";
  private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000_000_000L);

  private Bandwidths() {}

  /// Reads a rate in bytes per second.
  ///
  /// @throws IllegalArgumentException where it is not one; the message says what is wrong, ready to
  ///   be shown
  public static long parse(String text) {
    Matcher shape = SHAPE.matcher(text);
    if (!shape.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not a rate such as 125MB/s or 1Gbps");
    }
    String prefix = shape.group(2).toUpperCase(Locale.ROOT);
    int power = prefix.isEmpty() ? 0 : UNITS.indexOf(prefix) + 1;
    BigDecimal amount = new BigDecimal(shape.group(1)).scaleByPowerOfTen(3 * power);
    boolean bits = shape.group(3).startsWith("b");
    BigDecimal bytes = bits ? amount.divide(BigDecimal.valueOf(8)) : amount;
    if (bytes.compareTo(MOST) > 0 || bytes.compareTo(BigDecimal.ONE) < 0) {
      throw new IllegalArgumentException("'" + text + "' is not a rate from 1B/s to 1TB/s");
    }
    return bytes.longValue();
  }

  /// Writes a rate so that [#parse] reads the same one: `125MB/s`.
  public static String format(long bytesPerSecond) {
    long amount = bytesPerSecond;
    int power = 0;
    while (amount != 0 && amount % 1000 == 0 && power < UNITS.length()) {
      amount /= 1000;
      power++;
    }
    return amount
        + (power == 0 ? "" : power == 1 ? "k" : UNITS.substring(power - 1, power))
        + "B/s";
  }
}
