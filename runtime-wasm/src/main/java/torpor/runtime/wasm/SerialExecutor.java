package torpor.runtime.wasm;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs tasks one after the other, on another executor's threads and only while there are any.
final class SerialExecutor implements Executor {
  private final Executor threads;
  private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();

  SerialExecutor(Executor threads) {
    this.threads = threads;
  }

  @Override
  public void execute(Runnable task) {
    queue.add(task);
    if (pending.getAndIncrement() == 0) {
      threads.execute(this::drain);
    }
  }

  private void drain() {
    Runnable task = queue.poll();
    if (task == null) {
      throw new IllegalStateException("a task was counted but not queued");
    }
    try {
      task.run();
    } finally {
      // In any case, so that a task that throws does not stop those behind it.
      if (pending.decrementAndGet() > 0) {
        threads.execute(this::drain);
      }
    }
  }
}
