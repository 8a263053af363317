package torpor.bench.rivals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import torpor.bench.stage.Stages;

/// One contender's run.
final class Race {
  /// Callers that enqueue at the same time.
  private static final int CALLERS = 64;

  private Race() {}

  /// Jobs per second, from the first call to the start of the last job.
  static double throughput(Contender contender, int jobs) {
    Starts starts = new Starts(jobs);
    Track.use(starts);
    AtomicInteger next = new AtomicInteger();
    long began = System.nanoTime();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        all.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int n = next.getAndIncrement(); n < jobs; n = next.getAndIncrement()) {
                    starts.asked(n);
                    contender.enqueue(n);
                  }
                },
                callers));
      }
      Stages.await(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)));
      return jobs * 1e9 / (Stages.await(starts.all()) - began);
    }
  }

  /// Milliseconds from the call to the start of each job, with so many calls in a second.
  static double[] latencies(Contender contender, int rate, Duration length) {
    int jobs = Math.toIntExact(rate * length.toSeconds());
    Starts starts = new Starts(jobs);
    Track.use(starts);
    long began = System.nanoTime();
    long apart = Duration.ofSeconds(1).toNanos() / rate;
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < jobs; i++) {
        int number = i;
        long due = began + apart * i;
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        all.add(
            CompletableFuture.runAsync(
                () -> {
                  starts.asked(number);
                  contender.enqueue(number);
                },
                callers));
      }
      Stages.await(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)));
      var _ = Stages.await(starts.all());
    }
    return starts.millis();
  }
}
