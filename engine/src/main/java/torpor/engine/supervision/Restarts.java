package torpor.engine.supervision;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/// When a failed task is tried again, and when it is given up. A value; pure.
///
/// @param first wait after the first failure in a row, doubled after each further one
/// @param longest cap of that wait
/// @param limit that many failures within `window` are too many
public record Restarts(Duration first, Duration longest, int limit, Duration window) {
  public static final Restarts PATIENT =
      new Restarts(
          Duration.ofMillis(200), Duration.ofSeconds(30), Integer.MAX_VALUE, Duration.ofMinutes(1));

  /// What is known of a task's failures.
  record Past(int inARow, List<Instant> recent) {
    static final Past CLEAN = new Past(0, List.of());

    Past {
      recent = List.copyOf(recent);
    }

    Past succeeded() {
      return new Past(0, recent);
    }
  }

  /// The failures with this one among them.
  Past failed(Past before, Instant now) {
    List<Instant> recent = new ArrayList<>();
    before.recent().stream().filter(at -> at.isAfter(now.minus(window))).forEach(recent::add);
    recent.add(now);
    return new Past(
        before.inARow() + 1, recent.subList(Math.max(0, recent.size() - limit), recent.size()));
  }

  /// How long to wait before the next try; empty where it is given up.
  Optional<Duration> next(Past record, Instant now) {
    long within = record.recent().stream().filter(at -> at.isAfter(now.minus(window))).count();
    if (within >= limit) {
      return Optional.empty();
    }
    Duration wait = first;
    for (int i = 1; i < record.inARow() && wait.compareTo(longest) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return Optional.of(wait.compareTo(longest) > 0 ? longest : wait);
  }

  /// Told the task's name and its last failure, when it is given up.
  public interface GivenUp extends BiConsumer<String, Throwable> {}
}
