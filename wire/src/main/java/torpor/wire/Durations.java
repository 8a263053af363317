package torpor.wire;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as people and Go write them: `300ms`, `4s`, `1h30m`, `1.5h`, `2d`. Units: `ns`, `us`,
/// `ms`, `s`, `m`, `h`, `d` (24 hours). A lone `0` needs none.
public final class Durations {
  /// Nothing longer is taken: 36 500 days, a hundred years.
  public static final Duration LONGEST = Duration.ofDays(36_500);

  private static final Pattern PART =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{1,18})?)(ns|us|µs|μs|ms|s|m|h|d)");
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "μs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L,
          "d", 86_400_000_000_000L);
  private static final BigDecimal LONGEST_NANOS =
      BigDecimal.valueOf(LONGEST.toSeconds()).movePointRight(9);
  private static final int LONGEST_TEXT = 64;

  private Durations() {}

  /// Reads a duration from zero to [#LONGEST].
  ///
  /// @throws IllegalArgumentException where it is not one; the message says what is wrong, ready to
  ///   be shown
  public static Duration parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a duration is missing its value");
    }
    if (text.length() > LONGEST_TEXT) {
      throw new IllegalArgumentException("a duration is longer than 64 characters");
    }
    if (text.startsWith("-")) {
      throw new IllegalArgumentException("a duration cannot be negative: '" + text + "'");
    }
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    BigDecimal nanos = BigDecimal.ZERO;
    Matcher part = PART.matcher(text);
    int end = 0;
    while (part.find(end) && part.start() == end) {
      nanos = nanos.add(new BigDecimal(part.group(1)).multiply(unit(part.group(2))));
      end = part.end();
      if (end == text.length()) {
        return bounded(text, nanos);
      }
    }
    throw new IllegalArgumentException("'" + text + "' is not a duration such as 90s, 1h30m or 2d");
  }

  private static BigDecimal unit(String name) {
    return BigDecimal.valueOf(NANOS.getOrDefault(name, 0L));
  }

  private static Duration bounded(String text, BigDecimal nanos) {
    if (nanos.compareTo(LONGEST_NANOS) > 0) {
      throw new IllegalArgumentException("'" + text + "' is longer than a hundred years");
    }
    long seconds = nanos.movePointLeft(9).longValue();
    long rest = nanos.subtract(BigDecimal.valueOf(seconds).movePointRight(9)).longValue();
    return Duration.ofSeconds(seconds, rest);
  }

  /// Writes a duration so that [#parse] reads the same one: `1h30m`, `4s`, `300ms`, `0s`. Hours are
  /// the largest unit, as in Go.
  public static String format(Duration duration) {
    if (duration.isNegative()) {
      return "-" + format(duration.negated());
    }
    if (duration.isZero()) {
      return "0s";
    }
    var text = new StringBuilder();
    append(text, duration.toHours(), "h");
    append(text, duration.toMinutesPart(), "m");
    append(text, duration.toSecondsPart(), "s");
    int nanos = duration.toNanosPart();
    append(text, nanos / 1_000_000, "ms");
    append(text, nanos / 1_000 % 1_000, "us");
    append(text, nanos % 1_000, "ns");
    return text.toString();
  }

  private static void append(StringBuilder text, long amount, String unit) {
    if (amount > 0) {
      text.append(amount).append(unit);
    }
  }
}
