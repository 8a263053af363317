package torpor.bench.rivals;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/// When each job was enqueued and when it began.
final class Starts {
  private final AtomicLongArray asked;
  private final AtomicLongArray began;
  private final AtomicInteger left;
  private final CompletableFuture<Long> all = new CompletableFuture<>();

  Starts(int jobs) {
    this.asked = new AtomicLongArray(jobs);
    this.began = new AtomicLongArray(jobs);
    this.left = new AtomicInteger(jobs);
  }

  void asked(int number) {
    asked.set(number, System.nanoTime());
  }

  /// A repeated run of the same job does not count.
  void began(int number) {
    if (number < began.length() && began.compareAndSet(number, 0, System.nanoTime())) {
      if (left.decrementAndGet() == 0) {
        all.complete(System.nanoTime());
      }
    }
  }

  /// The moment at which the last began.
  CompletableFuture<Long> all() {
    return all;
  }

  double[] millis() {
    double[] millis = new double[asked.length()];
    for (int i = 0; i < millis.length; i++) {
      millis[i] = (began.get(i) - asked.get(i)) / 1e6;
    }
    return millis;
  }
}
