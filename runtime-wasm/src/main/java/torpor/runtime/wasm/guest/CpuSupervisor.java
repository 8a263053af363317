package torpor.runtime.wasm.guest;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Watches how much processor time running guests use, and interrupts those that use too much.
///
/// The JVM has no event for "this thread has used so much", so a tick looks at every running guest.
/// Thread-safe.
public final class CpuSupervisor implements AutoCloseable {
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final Map<Thread, Watch> watched = new ConcurrentHashMap<>();
  private final ScheduledExecutorService ticker;

  private record Watch(long limitNanos, Runnable exceeded) {}

  public CpuSupervisor(Duration tick) {
    ticker =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("guest-cpu-supervisor").daemon().factory());
    var _ =
        ticker.scheduleWithFixedDelay(
            this::look, tick.toNanos(), tick.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// Calls `exceeded` once when the thread has used more than `limitNanos` of processor time.
  void watch(Thread thread, long limitNanos, Runnable exceeded) {
    watched.put(thread, new Watch(limitNanos, exceeded));
  }

  void forget(Thread thread) {
    watched.remove(thread);
  }

  private void look() {
    watched.forEach((thread, watch) -> {
      if (threads.getThreadCpuTime(thread.threadId()) > watch.limitNanos()
          && watched.remove(thread, watch)) {
        watch.exceeded().run();
      }
    });
  }

  @Override
  public void close() {
    ticker.shutdownNow();
  }
}
