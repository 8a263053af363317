package torpor.api.console;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import torpor.api.http.Waits;
import torpor.core.job.JobId;
import torpor.core.job.JobPhase;
import torpor.core.refusal.Reply;
import torpor.engine.caller.JobView;
import torpor.engine.caller.Jobs;
import torpor.engine.store.RecordedHappening;

/// Follows one console until its job has ended, or its reader may be gone. Used by one thread.
final class ConsoleFollower {
  private static final int PAGE = 1_000;

  private final Jobs jobs;
  private final Waits waits;
  private final ConsoleWatch watch;
  private final Duration keepAlive;
  private final Duration longestQuiet;
  private final JobId job;
  private final Bell bell = new Bell();

  /// @param longestQuiet a stream that cannot tell whether its reader is there ends after this time
  ///   without output
  ConsoleFollower(
      Jobs jobs,
      Waits waits,
      ConsoleWatch watch,
      Duration keepAlive,
      Duration longestQuiet,
      JobId job) {
    this.jobs = jobs;
    this.waits = waits;
    this.watch = watch;
    this.keepAlive = keepAlive;
    this.longestQuiet = longestQuiet;
    this.job = job;
  }

  void follow(ConsoleFile file, long start, ConsoleSink sink) throws IOException {
    long offset = start;
    long seen = waits.value(jobs.lastSequence());
    boolean ended = hasEnded();
    CompletableFuture<List<RecordedHappening>> news = newsAfter(seen);
    Duration quiet = Duration.ZERO;
    Optional<Closeable> watching = Optional.empty();
    try {
      while (true) {
        var rung = bell.listen();
        if (watching.isEmpty()) {
          watching = watch.watch(directory(file), bell::ring);
        }
        // What ended a job was written before it ended, so this reads the last of it.
        long behind = file.copy(offset, sink);
        sink.flush();
        if (ended) {
          sink.end();
          return;
        }
        if (behind > offset) {
          quiet = Duration.ZERO;
        } else if (!news.isDone()) {
          waits.value(rung, keepAlive);
        }
        offset = behind;
        if (news.isDone()) {
          List<RecordedHappening> happened = waits.value(news);
          if (happened.isEmpty()) {
            quiet = sink.idle() ? Duration.ZERO : quiet.plus(keepAlive);
            if (quiet.compareTo(longestQuiet) >= 0) {
              return;
            }
          } else {
            seen = happened.getLast().sequence();
            ended = hasEnded();
          }
          news = newsAfter(seen);
        }
      }
    } finally {
      if (watching.isPresent()) {
        watching.orElseThrow().close();
      }
    }
  }

  private CompletableFuture<List<RecordedHappening>> newsAfter(long seen) {
    CompletableFuture<List<RecordedHappening>> news =
        jobs.happenings(Optional.of(job), seen, PAGE, keepAlive).toCompletableFuture();
    var _ = news.whenComplete((_, _) -> bell.ring());
    return news;
  }

  private boolean hasEnded() {
    return switch (waits.value(jobs.get(job))) {
      case Reply.Done<JobView>(JobView view) ->
          view.job().state().phase().kind() == JobPhase.Kind.ENDED;
      case Reply.Refused<JobView> _ -> true;
    };
  }

  private static java.nio.file.Path directory(ConsoleFile file) {
    return Optional.ofNullable(file.path().toAbsolutePath().getParent())
        .orElseThrow(() -> new IllegalStateException("a console is a file in a directory"));
  }
}
