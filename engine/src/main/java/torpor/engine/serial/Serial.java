package torpor.engine.serial;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs what it is given one at a time, in order, on threads of another executor. State that is
/// touched only from inside one `Serial` needs no lock.
public final class Serial implements Executor {
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
        next.run();
      }
    } while (size.decrementAndGet() > 0);
  }
}
