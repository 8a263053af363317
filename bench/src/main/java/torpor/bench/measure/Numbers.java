package torpor.bench.measure;

import java.util.Locale;

/// Numbers for people: three digits that count.
public final class Numbers {
  private Numbers() {}

  public static String text(double value) {
    double size = Math.abs(value);
    if (size >= 1_000) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    String digits = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
    String text = String.format(Locale.ROOT, digits, value);
    return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
  }

  public static String text(Spread spread) {
    return spread.samples() == 1 || spread.low() == spread.high()
        ? text(spread.value())
        : "%s (%s to %s)".formatted(text(spread.value()), text(spread.low()), text(spread.high()));
  }
}
