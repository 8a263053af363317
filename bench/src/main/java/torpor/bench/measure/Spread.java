package torpor.bench.measure;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/// A statistic of some samples, with the interval that 95 of 100 resamples of them fall into.
///
/// @param samples how many there were
public record Spread(double value, double low, double high, int samples) {
  private static final int RESAMPLES = 1_000;

  /// Resampling does not get better with more than this of a large sample.
  private static final int MOST = 20_000;

  /// One measurement of something that does not vary.
  public static Spread exactly(double value) {
    return new Spread(value, value, value, 1);
  }

  public static Spread medianOf(double... samples) {
    return of(samples, sorted -> quantile(sorted, 0.5));
  }

  /// @param quantile from 0 to 1
  public static Spread quantileOf(double[] samples, double quantile) {
    return of(samples, sorted -> quantile(sorted, quantile));
  }

  /// Divided by another, measured apart from it; as wide as both together allow.
  public Spread per(Spread floor) {
    return new Spread(
        value / floor.value, low / floor.high, high / floor.low, Math.min(samples, floor.samples));
  }

  private static Spread of(double[] samples, ToDoubleFunction<double[]> statistic) {
    if (samples.length == 0) {
      throw new IllegalArgumentException("nothing was measured");
    }
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    double[] resampled = new double[sorted.length > MOST ? 0 : resamples(sorted.length)];
    // Seeded, so that a report can be recomputed from its samples.
    SplittableRandom random = new SplittableRandom(sorted.length);
    for (int i = 0; i < resampled.length; i++) {
      double[] draw =
          random.ints(sorted.length, 0, sorted.length).mapToDouble(n -> sorted[n]).toArray();
      Arrays.sort(draw);
      resampled[i] = statistic.applyAsDouble(draw);
    }
    Arrays.sort(resampled);
    double value = statistic.applyAsDouble(sorted);
    return resampled.length == 0
        ? new Spread(value, value, value, sorted.length)
        : new Spread(value, quantile(resampled, 0.025), quantile(resampled, 0.975), sorted.length);
  }

  private static int resamples(int samples) {
    return Math.clamp(MOST * 100L / samples, 100, RESAMPLES);
  }

  /// @param sorted ascending, not empty
  static double quantile(double[] sorted, double quantile) {
    double place = quantile * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = (int) Math.ceil(place);
    return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
  }
}
