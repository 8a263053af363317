package torpor.testkit.sim;

import java.time.Duration;

/// How likely what goes wrong is, from 0 to 1 per occasion. Mutable so that healing can end it.
///
/// @param crash a daemon dies, per step of an effect or a commit
/// @param crashMidway chance that a planned crash is a takeover by a second daemon instead
record Trouble(
    double crash,
    double takeOver,
    double storeBefore,
    double storeAfter,
    double disk,
    double start,
    double snapshot,
    double network,
    double duplicates,
    Duration slowest) {
  static final Trouble NONE =
      new Trouble(0, 0, 0, 0, 0, 0, 0, 0, 0, Duration.ofMillis(20));
}
