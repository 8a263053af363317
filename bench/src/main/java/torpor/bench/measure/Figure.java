package torpor.bench.measure;

/// Something worth knowing beside a finding, such as the absolute rate of one side of a ratio.
public record Figure(String what, String value) {

  public static Figure of(String what, Spread spread, String unit) {
    return new Figure(what, Numbers.text(spread) + " " + unit);
  }

  public static Figure of(String what, double value, String unit) {
    return new Figure(what, Numbers.text(value) + " " + unit);
  }
}
