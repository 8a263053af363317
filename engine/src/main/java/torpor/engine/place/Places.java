package torpor.engine.place;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import torpor.core.job.JobId;
import torpor.engine.serial.Serial;

/// A fixed number of places for machines. A job has one place at most, however often it asks.
public final class Places {
  private final Serial serial;
  private final int total;
  private final Set<JobId> taken = new HashSet<>();
  private final Map<JobId, CompletableFuture<Void>> queue = new LinkedHashMap<>();
  private volatile int takenNow;
  private volatile int waitingNow;

  public Places(int total, Executor threads) {
    this.total = total;
    this.serial = new Serial(threads);
  }

  /// Completes when the job has a place; exceptionally with [CancellationException] when the job
  /// gives up before.
  public CompletionStage<Void> acquire(JobId job) {
    CompletableFuture<Void> granted = new CompletableFuture<>();
    serial.execute(() -> {
      CompletableFuture<Void> earlier = queue.get(job);
      if (earlier != null) {
        var _ = earlier.whenComplete((_, failure) -> follow(granted, failure));
      } else if (taken.contains(job)) {
        granted.complete(null);
      } else {
        queue.put(job, granted);
        grant();
      }
    });
    return granted;
  }

  private static void follow(CompletableFuture<Void> later, @Nullable Throwable failure) {
    if (failure == null) {
      later.complete(null);
    } else {
      later.completeExceptionally(failure);
    }
  }

  /// Takes a place at once, even beyond the total: for a machine that already exists.
  public void take(JobId job) {
    serial.execute(() -> {
      taken.add(job);
      grant();
    });
  }

  /// Gives the wish for a place up; a place already taken stays taken.
  public void giveUp(JobId job) {
    serial.execute(() -> {
      CompletableFuture<Void> waiting = queue.remove(job);
      if (waiting != null) {
        waiting.completeExceptionally(new CancellationException("gave up its place"));
        grant();
      }
    });
  }

  /// Gives the place, or the wish for one, up. Nothing to give up is fine.
  public void release(JobId job) {
    serial.execute(() -> {
      CompletableFuture<Void> waiting = queue.remove(job);
      if (waiting != null) {
        waiting.completeExceptionally(new CancellationException("gave up its place"));
      }
      taken.remove(job);
      grant();
    });
  }

  private void grant() {
    while (taken.size() < total && !queue.isEmpty()) {
      Map.Entry<JobId, CompletableFuture<Void>> first = queue.entrySet().iterator().next();
      queue.remove(first.getKey());
      taken.add(first.getKey());
      first.getValue().complete(null);
    }
    takenNow = taken.size();
    waitingNow = queue.size();
  }

  public int taken() {
    return takenNow;
  }

  public int waiting() {
    return waitingNow;
  }
}
