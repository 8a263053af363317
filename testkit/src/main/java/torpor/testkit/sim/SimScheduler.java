package torpor.testkit.sim;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import torpor.engine.clock.Alarms;

/// One thread and one clock for a whole world. What is ready runs in random order; only when
/// nothing is, time moves on to the next alarm.
///
/// Work belongs to a [Life] and is dropped when that has ended.
final class SimScheduler implements InstantSource {
  private record Task(Life life, Runnable work) {}

  private static final class Timer implements Alarms.Alarm {
    private final Instant when;
    private final long order;
    private final Task task;
    private boolean cancelled;

    Timer(Instant when, long order, Task task) {
      this.when = when;
      this.order = order;
      this.task = task;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

  private final Dice dice;
  private final List<Task> ready = new ArrayList<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          Comparator.<Timer, Instant>comparing(t -> t.when).thenComparingLong(t -> t.order));
  private Instant now = BEGINNING;
  private long order;
  private long steps;

  SimScheduler(Dice dice) {
    this.dice = dice;
  }

  @Override
  public Instant instant() {
    return now;
  }

  long steps() {
    return steps;
  }

  Executor executor(Life life) {
    return work -> ready.add(new Task(life, work));
  }

  Alarms alarms(Life life) {
    return (when, work) -> at(life, when, work);
  }

  void now(Life life, Runnable work) {
    ready.add(new Task(life, work));
  }

  void after(Life life, Duration delay, Runnable work) {
    var _ = at(life, now.plus(delay), work);
  }

  private Timer at(Life life, Instant when, Runnable work) {
    Timer timer = new Timer(when, order++, new Task(life, work));
    timers.add(timer);
    return timer;
  }

  /// Runs one task.
  ///
  /// @return whether there was one before `limit`; time does not pass that
  boolean step(Instant limit) {
    while (true) {
      if (!ready.isEmpty()) {
        Task task = takeReady();
        if (task.life().alive()) {
          steps++;
          task.work().run();
          return true;
        }
        continue;
      }
      Timer next = timers.peek();
      if (next == null || next.when.isAfter(limit)) {
        now = limit.isAfter(now) ? limit : now;
        return false;
      }
      timers.remove();
      if (!next.cancelled && next.task.life().alive()) {
        now = next.when.isAfter(now) ? next.when : now;
        ready.add(next.task);
      }
    }
  }

  private Task takeReady() {
    int chosen = ready.size() == 1 ? 0 : dice.below(ready.size());
    Task last = ready.removeLast();
    return chosen == ready.size() ? last : ready.set(chosen, last);
  }
}
