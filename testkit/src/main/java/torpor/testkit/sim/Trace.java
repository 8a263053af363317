package torpor.testkit.sim;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// What happened, line by line. Off in the many runs that pass; a failing seed is run again with it
/// on, which is the same run.
final class Trace {
  private final boolean on;
  private final InstantSource clock;
  private final List<String> lines = new ArrayList<>();

  Trace(boolean on, InstantSource clock) {
    this.on = on;
    this.clock = clock;
  }

  @SuppressWarnings("AnnotateFormatMethod")
  void say(String format, Object... values) {
    if (on) {
      double seconds =
          Duration.between(SimScheduler.BEGINNING, clock.instant()).toNanos() / 1_000_000_000.0;
      lines.add("%10.3f  %s".formatted(seconds, format.formatted(values)));
    }
  }

  List<String> lines() {
    return lines;
  }
}
