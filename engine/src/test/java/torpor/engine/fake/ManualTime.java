package torpor.engine.fake;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.TreeMap;
import torpor.engine.clock.Alarms;

/// Time that stands still until a test lets it pass. Thread-safe; alarms ring on the thread that
/// lets time pass.
public final class ManualTime implements InstantSource, Alarms {
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private record Set(Instant when, long number) implements Comparable<Set> {
    @Override
    public int compareTo(Set other) {
      int earlier = when.compareTo(other.when);
      return earlier == 0 ? Long.compare(number, other.number) : earlier;
    }
  }

  private final TreeMap<Set, Runnable> alarms = new TreeMap<>();
  private Instant now = START;
  private long numbers;

  @Override
  public synchronized Instant instant() {
    return now;
  }

  @Override
  public synchronized Alarm at(Instant when, Runnable action) {
    Set set = new Set(when, numbers++);
    alarms.put(set, action);
    return () -> cancel(set);
  }

  private synchronized void cancel(Set set) {
    alarms.remove(set);
  }

  /// Moves on to the end of `span`, and rings every alarm on the way at its own moment.
  public void pass(Duration span) {
    Instant end = instant().plus(span);
    Optional<Runnable> ringing = nextUpTo(end);
    while (ringing.isPresent()) {
      ringing.orElseThrow().run();
      ringing = nextUpTo(end);
    }
    moveTo(end);
  }

  private synchronized Optional<Runnable> nextUpTo(Instant end) {
    if (alarms.isEmpty() || alarms.firstKey().when().isAfter(end)) {
      return Optional.empty();
    }
    var first = alarms.pollFirstEntry();
    moveTo(first.getKey().when());
    return Optional.of(first.getValue());
  }

  private synchronized void moveTo(Instant when) {
    if (when.isAfter(now)) {
      now = when;
    }
  }

  /// How many alarms have neither rung nor been cancelled.
  public synchronized int pending() {
    return alarms.size();
  }

  /// When the next alarm rings.
  public synchronized Optional<Instant> next() {
    return alarms.isEmpty() ? Optional.empty() : Optional.of(alarms.firstKey().when());
  }
}
