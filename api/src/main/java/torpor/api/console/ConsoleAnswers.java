package torpor.api.console;

import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import torpor.api.http.EventStream;
import torpor.api.http.Parameters;
import torpor.api.http.Waits;

/// Answers with what a console has, whoever writes it. Thread-safe.
public final class ConsoleAnswers {
  private static final long MAX_TAIL = 1_000_000;

  private final ConsoleWatch watch;
  private final Waits waits;
  private final Duration keepAlive;
  private final Duration longestQuiet;

  /// @param longestQuiet plain text ends after this time without output
  public ConsoleAnswers(
      ConsoleWatch watch, Waits waits, Duration keepAlive, Duration longestQuiet) {
    this.watch = watch;
    this.waits = waits;
    this.keepAlive = keepAlive;
    this.longestQuiet = longestQuiet;
  }

  /// As the caller asks: as events or text, all or the tail, followed or not.
  ///
  /// @param life asked for only when it is followed
  public void answer(Context context, Path path, LineShape shape, Supplier<ConsoleLife> life)
      throws IOException {
    ConsoleFile file = new ConsoleFile(path);
    long start = start(context, file);
    boolean follow = Parameters.flag(context, "follow");
    ConsoleSink sink =
        EventStream.isWanted(context)
            ? new ConsoleSink.Events(EventStream.open(context), shape, start)
            : ConsoleSink.Text.open(context);
    if (follow) {
      new ConsoleFollower(waits, watch, keepAlive, longestQuiet, life.get())
          .follow(file, start, sink);
    } else {
      file.copy(start, sink);
      sink.end();
    }
  }

  private static long start(Context context, ConsoleFile file) throws IOException {
    Optional<Long> resumed = EventStream.lastEventId(context);
    if (resumed.isPresent()) {
      return file.clamp(resumed.orElseThrow());
    }
    Optional<Long> lines = Parameters.number(context, "tail", 0, MAX_TAIL);
    return lines.isPresent() ? file.tail(lines.orElseThrow()) : 0;
  }
}
