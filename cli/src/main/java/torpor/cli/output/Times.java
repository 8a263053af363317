package torpor.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Moments, as far away as they are.
public final class Times {
  private Times() {}

  /// The largest unit alone: `3s`, `5m`, `2h`, `4d`.
  public static String coarse(Duration duration) {
    long seconds = duration.abs().toSeconds();
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3_600) {
      return seconds / 60 + "m";
    }
    return seconds < 172_800 ? seconds / 3_600 + "h" : seconds / 86_400 + "d";
  }

  /// `5m ago` or `in 5m`.
  public static String relative(Instant moment, Instant now) {
    Duration distance = Duration.between(now, moment);
    return distance.isPositive() ? "in " + coarse(distance) : coarse(distance) + " ago";
  }

  /// To the second, with how far away that is.
  public static String exact(Instant moment, Instant now) {
    return moment.truncatedTo(ChronoUnit.SECONDS) + " (" + relative(moment, now) + ")";
  }
}
