package torpor.daemon.clock;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import torpor.engine.clock.Alarms;

/// Alarms on one thread that only hands over: actions run on the given executor.
public final class ThreadAlarms implements Alarms, AutoCloseable {
  private final InstantSource clock;
  private final Executor threads;
  private final ScheduledThreadPoolExecutor timer;

  public ThreadAlarms(InstantSource clock, Executor threads) {
    this.clock = clock;
    this.threads = threads;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("torpor-alarms").factory());
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public Alarm at(Instant when, Runnable action) {
    long delay = Math.max(0, Duration.between(clock.instant(), when).toNanos());
    try {
      ScheduledFuture<?> pending =
          timer.schedule(() -> threads.execute(action), delay, TimeUnit.NANOSECONDS);
      return () -> pending.cancel(false);
    } catch (RejectedExecutionException e) {
      // Closed meanwhile: what is still under way may ask, and nothing begins any more.
      return () -> {};
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
