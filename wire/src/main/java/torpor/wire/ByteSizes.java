package torpor.wire;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Amounts of memory and disk as people write them: `64MiB`, `512MB`, `1.5GiB`, `4096`. `kB`, `MB`,
/// `GB`, `TB` are powers of 1000, `KiB`, `MiB`, `GiB`, `TiB` powers of 1024; without a unit it is
/// bytes. A lone `K` or `M` is refused, since people mean either by it.
public final class ByteSizes {
  private static final Pattern SHAPE = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?) ?([A-Za-z]*)");
  private static final Map<String, Long> UNITS =
      Map.of(
          "", 1L,
          "B", 1L,
          "kB", 1_000L,
          "KB", 1_000L,
          "MB", 1_000_000L,
          "GB", 1_000_000_000L,
          "TB", 1_000_000_000_000L,
          "KiB", 1L << 10,
          "MiB", 1L << 20,
          "GiB", 1L << 30);
  private static final long TEBIBYTE = 1L << 40;
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

  private ByteSizes() {}

  /// Reads a size in bytes; a fraction of a byte is cut off.
  ///
  /// @throws IllegalArgumentException where it is not one; the message says what is wrong, ready to
  ///   be shown
  public static long parse(String text) {
    if (text.startsWith("-")) {
      throw new IllegalArgumentException("a size cannot be negative: '" + text + "'");
    }
    Matcher shape = SHAPE.matcher(text);
    if (!shape.matches()) {
      throw notASize(text);
    }
    String unit = shape.group(2);
    long factor = unit.equals("TiB") ? TEBIBYTE : UNITS.getOrDefault(unit, 0L);
    if (factor == 0) {
      throw notASize(text);
    }
    BigDecimal bytes = new BigDecimal(shape.group(1)).multiply(BigDecimal.valueOf(factor));
    if (bytes.compareTo(MOST) > 0) {
      throw new IllegalArgumentException("'" + text + "' is more than any machine has");
    }
    return bytes.longValue();
  }

  private static IllegalArgumentException notASize(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is not a size such as 64MiB, 512MB or 4096 (bytes)");
  }

  /// Writes a size for people, in the largest binary unit that leaves at most one decimal: `64MiB`,
  /// `1.5GiB`, `999B`. Rounded, so not meant to be parsed again.
  public static String format(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    double amount = bytes;
    int unit = 0;
    while (amount >= 1024 && unit < units.length - 1) {
      amount /= 1024;
      unit++;
    }
    double rounded = Math.round(amount * 10) / 10.0;
    return rounded == Math.rint(rounded) ? (long) rounded + units[unit] : rounded + units[unit];
  }
}
