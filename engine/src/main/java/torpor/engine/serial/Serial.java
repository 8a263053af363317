package torpor.engine.serial;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs what it is given one at a time, in order, on threads of another executor. State that is
/// touched only from inside one `Serial` needs no lock.
public final class Serial implements Executor {
  private static final Logger log = LoggerFactory.getLogger(Serial.class);
  private final Executor threads;
  private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();

  public Serial(Executor threads) {
    this.threads = threads;
  }

  @Override
  public void execute(Runnable task) {
    waiting.add(task);
    if (size.getAndIncrement() == 0) {
      threads.execute(this::drain);
    }
  }

  private void drain() {
    do {
      Runnable next = waiting.poll();
      if (next != null) {
        runGuarded(next);
      }
    } while (size.decrementAndGet() > 0);
  }

  /// One task's fault must not stop the tasks behind it for ever.
  private static void runGuarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      log.error("a task failed by a fault of its own", e);
    }
  }
}
