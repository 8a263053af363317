package torpor.engine.fake;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/// Threads that work only when told to, so that a test decides what happens in between.
public final class TasksByHand implements Executor {
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /// Runs what there is and what that brings, until nothing is left.
  public void runAll() {
    Runnable next = tasks.poll();
    while (next != null) {
      next.run();
      next = tasks.poll();
    }
  }

  public int waiting() {
    return tasks.size();
  }
}
