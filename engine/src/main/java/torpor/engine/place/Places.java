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
///
/// Jobs that go on (a sleep that is over, a retry) come before fresh ones: they have waited
/// already, and the time they asked for has come. Every fourth place goes to a fresh one all the
/// same.
public final class Places {
  private final Serial serial;
  private final int total;
  private final Set<JobId> taken = new HashSet<>();
  private final Map<JobId, CompletableFuture<Void>> goingOn = new LinkedHashMap<>();
  private final Map<JobId, CompletableFuture<Void>> fresh = new LinkedHashMap<>();
  private int grantedInARow;
  private volatile int takenNow;
  private volatile int goingOnNow;
  private volatile int waitingNow;

  public Places(int total, Executor threads) {
    this.total = total;
    this.serial = new Serial(threads);
  }

  /// For a job that goes on. Completes when it has a place; exceptionally with
  /// [CancellationException] when the job gives up before.
  public CompletionStage<Void> acquire(JobId job) {
    return acquire(job, goingOn);
  }

  /// For a job that has yet to begin.
  public CompletionStage<Void> acquireFresh(JobId job) {
    return acquire(job, fresh);
  }

  private CompletionStage<Void> acquire(JobId job, Map<JobId, CompletableFuture<Void>> line) {
    CompletableFuture<Void> granted = new CompletableFuture<>();
    serial.execute(() -> {
      CompletableFuture<Void> earlier =
          goingOn.containsKey(job) ? goingOn.get(job) : fresh.get(job);
      if (earlier != null) {
        var _ = earlier.whenComplete((_, failure) -> follow(granted, failure));
      } else if (taken.contains(job)) {
        granted.complete(null);
      } else {
        line.put(job, granted);
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
      CompletableFuture<Void> waiting = leaveLine(job);
      if (waiting != null) {
        waiting.complete(null);
      }
      grant();
    });
  }

  /// Gives the wish for a place up; a place already taken stays taken.
  public void giveUp(JobId job) {
    serial.execute(() -> {
      CompletableFuture<Void> waiting = leaveLine(job);
      if (waiting != null) {
        waiting.completeExceptionally(new CancellationException("gave up its place"));
        grant();
      }
    });
  }

  /// Gives the place, or the wish for one, up. Nothing to give up is fine.
  public void release(JobId job) {
    serial.execute(() -> {
      CompletableFuture<Void> waiting = leaveLine(job);
      if (waiting != null) {
        waiting.completeExceptionally(new CancellationException("gave up its place"));
      }
      taken.remove(job);
      grant();
    });
  }

  private @Nullable CompletableFuture<Void> leaveLine(JobId job) {
    CompletableFuture<Void> wish = goingOn.remove(job);
    return wish == null ? fresh.remove(job) : wish;
  }

  private void grant() {
    while (taken.size() < total && !(goingOn.isEmpty() && fresh.isEmpty())) {
      Map.Entry<JobId, CompletableFuture<Void>> next = nextLine().entrySet().iterator().next();
      var _ = leaveLine(next.getKey());
      taken.add(next.getKey());
      next.getValue().complete(null);
    }
    takenNow = taken.size();
    goingOnNow = goingOn.size();
    waitingNow = goingOn.size() + fresh.size();
  }

  private Map<JobId, CompletableFuture<Void>> nextLine() {
    boolean freshIsDue = goingOn.isEmpty() || grantedInARow >= 3;
    if (freshIsDue && !fresh.isEmpty()) {
      grantedInARow = 0;
      return fresh;
    }
    grantedInARow++;
    return goingOn;
  }

  /// How many jobs that go on wait for a place.
  public int goingOn() {
    return goingOnNow;
  }

  public int taken() {
    return takenNow;
  }

  public int waiting() {
    return waitingNow;
  }
}
