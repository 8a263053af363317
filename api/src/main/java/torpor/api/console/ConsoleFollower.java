package torpor.api.console;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import torpor.api.http.Bell;
import torpor.api.http.Waits;

/// Follows one console until nothing can follow any more, or its reader may be gone. Used by one
/// thread.
final class ConsoleFollower {
  private final Waits waits;
  private final ConsoleWatch watch;
  private final Duration keepAlive;
  private final Duration longestQuiet;
  private final ConsoleLife life;
  private final Bell bell = new Bell();

  /// @param longestQuiet a stream that cannot tell whether its reader is there ends after this time
  ///   without output
  ConsoleFollower(
      Waits waits,
      ConsoleWatch watch,
      Duration keepAlive,
      Duration longestQuiet,
      ConsoleLife life) {
    this.waits = waits;
    this.watch = watch;
    this.keepAlive = keepAlive;
    this.longestQuiet = longestQuiet;
    this.life = life;
  }

  void follow(ConsoleFile file, long start, ConsoleSink sink) throws IOException {
    long offset = start;
    boolean ended = life.hasEnded();
    CompletableFuture<Boolean> news = news();
    Duration quiet = Duration.ZERO;
    Optional<Closeable> watching = Optional.empty();
    try {
      while (true) {
        var rung = bell.listen();
        if (watching.isEmpty()) {
          watching = watch.watch(directory(file), bell::ring);
        }
        // What ended it was written before it ended, so this reads the last of it.
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
          if (waits.value(news)) {
            ended = life.hasEnded();
          } else {
            quiet = sink.idle() ? Duration.ZERO : quiet.plus(keepAlive);
            if (quiet.compareTo(longestQuiet) >= 0) {
              return;
            }
          }
          news = news();
        }
      }
    } finally {
      if (watching.isPresent()) {
        watching.orElseThrow().close();
      }
    }
  }

  private CompletableFuture<Boolean> news() {
    CompletableFuture<Boolean> news = life.news(keepAlive).toCompletableFuture();
    var _ = news.whenComplete((_, _) -> bell.ring());
    return news;
  }

  private static java.nio.file.Path directory(ConsoleFile file) {
    return Optional.ofNullable(file.path().toAbsolutePath().getParent())
        .orElseThrow(() -> new IllegalStateException("a console is a file in a directory"));
  }
}
