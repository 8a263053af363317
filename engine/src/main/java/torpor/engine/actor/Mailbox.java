package torpor.engine.actor;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import torpor.engine.serial.LentThread;

/// Hands over one mail at a time, in order, and the next only when the turn of the last has ended.
/// It occupies a thread only while there is something to do, and none while a turn waits.
final class Mailbox {
  private final Executor threads;
  private final Function<Mail, CompletableFuture<Void>> turn;
  private final Runnable idle;
  private final ConcurrentLinkedQueue<Mail> waiting = new ConcurrentLinkedQueue<>();

  /// Mail whose turn has not ended; turns are taken exactly while this is above zero.
  private final AtomicInteger open = new AtomicInteger();

  /// @param turn must not throw; the future it returns ends the turn, however it completes
  /// @param idle called each time nothing is left to do
  Mailbox(Executor threads, Function<Mail, CompletableFuture<Void>> turn, Runnable idle) {
    this.threads = threads;
    this.turn = turn;
    this.idle = idle;
  }

  /// Adds without starting.
  ///
  /// @return whether the caller must call [#wakeUp], once it holds no lock
  boolean add(Mail mail) {
    waiting.add(mail);
    return open.getAndIncrement() == 0;
  }

  /// Takes one turn here where the calling thread is lent; everything else is done on the engine's
  /// own threads, so that nobody who asks ends up serving others.
  void wakeUp() {
    if (!LentThread.use(this::takeOne)) {
      threads.execute(this::drain);
    }
  }

  boolean isEmpty() {
    return open.get() == 0;
  }

  private void takeOne() {
    if (turnEnds() && moreIsWaiting()) {
      threads.execute(this::drain);
    }
  }

  private void drain() {
    boolean more = true;
    while (more) {
      more = turnEnds() && moreIsWaiting();
    }
  }

  /// Takes a turn. One that does not end at once goes on by itself, and takes up the rest then.
  private boolean turnEnds() {
    Mail next = waiting.poll();
    if (next == null) {
      throw new IllegalStateException("mail was counted but is not there");
    }
    CompletableFuture<Void> end = turn.apply(next);
    if (end.isDone()) {
      return true;
    }
    var _ = end.whenCompleteAsync((_, _) -> resume(), threads);
    return false;
  }

  /// To be asked once after each turn.
  private boolean moreIsWaiting() {
    if (open.decrementAndGet() > 0) {
      return true;
    }
    idle.run();
    return false;
  }

  private void resume() {
    if (moreIsWaiting()) {
      drain();
    }
  }
}
