package torpor.engine.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import torpor.core.job.JobId;

/// Tells those who wait for a job's end. Thread-safe.
public final class EndWatch {
  private final Map<JobId, List<Watch>> waiting = new ConcurrentHashMap<>();

  /// One caller's wait.
  public static final class Watch {
    private final JobId job;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private Watch(JobId job) {
      this.job = job;
    }

    /// Completes at the end, or when the wait was given up.
    public CompletableFuture<Void> end() {
      return end;
    }
  }

  /// Waits for the job's next end. Watch first, then look whether it has ended already.
  public Watch watch(JobId job) {
    Watch watch = new Watch(job);
    waiting.compute(
        job,
        (_, others) -> {
          List<Watch> all = others == null ? new ArrayList<>() : new ArrayList<>(others);
          all.add(watch);
          return all;
        });
    return watch;
  }

  public void forget(Watch watch) {
    waiting.computeIfPresent(
        watch.job,
        (_, others) -> {
          List<Watch> left = new ArrayList<>(others);
          left.remove(watch);
          return left.isEmpty() ? null : left;
        });
  }

  public void ended(JobId job) {
    List<Watch> told = waiting.remove(job);
    if (told != null) {
      told.forEach(watch -> watch.end.complete(null));
    }
  }
}
