package torpor.bench.measure;

import java.util.Locale;

/// What a figure has to reach.
public record Bar(Sense sense, double limit) {

  /// Which side of the limit is the good one.
  public enum Sense {
    AT_LEAST,
    AT_MOST
  }

  /// What became of a bar.
  public enum Verdict {
    MET("met"),
    NOT_MET("not met"),
    OPEN("not decided: the interval crosses the bar");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  public static Bar atLeast(double limit) {
    return new Bar(Sense.AT_LEAST, limit);
  }

  public static Bar atMost(double limit) {
    return new Bar(Sense.AT_MOST, limit);
  }

  public Verdict verdict(Spread spread) {
    boolean low = good(spread.low());
    boolean high = good(spread.high());
    if (low && high) {
      return Verdict.MET;
    }
    return low || high ? Verdict.OPEN : Verdict.NOT_MET;
  }

  private boolean good(double value) {
    return switch (sense) {
      case AT_LEAST -> value >= limit;
      case AT_MOST -> value <= limit;
    };
  }

  public String text(String unit) {
    return String.format(
        Locale.ROOT, "%s %s %s", sense == Sense.AT_LEAST ? "≥" : "≤", Numbers.text(limit), unit);
  }
}
