package torpor.api.console;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import torpor.api.http.EventStream;
import torpor.api.http.Parameters;
import torpor.api.http.Route;
import torpor.api.http.Waits;
import torpor.api.job.JobPath;
import torpor.core.job.JobId;
import torpor.engine.caller.Jobs;

/// The output of one job.
public final class ConsoleRoutes {
  private static final long MAX_TAIL = 1_000_000;

  private final Consoles consoles;
  private final ConsoleWatch watch;
  private final Jobs jobs;
  private final Waits waits;
  private final Duration keepAlive;
  private final Duration longestQuiet;

  public ConsoleRoutes(
      Consoles consoles,
      ConsoleWatch watch,
      Jobs jobs,
      Waits waits,
      Duration keepAlive,
      Duration longestQuiet) {
    this.consoles = consoles;
    this.watch = watch;
    this.jobs = jobs;
    this.waits = waits;
    this.keepAlive = keepAlive;
    this.longestQuiet = longestQuiet;
  }

  public List<Route> routes() {
    return List.of(Route.caller(HandlerType.GET, "/v1/jobs/{id}/logs", this::logs));
  }

  private void logs(Context context) throws IOException {
    JobId job = JobPath.id(context, jobs, waits);
    waits.reply(jobs.get(job));
    ConsoleFile file = new ConsoleFile(consoles.file(job));
    long start = start(context, file);
    boolean follow = Parameters.flag(context, "follow");
    ConsoleSink sink =
        EventStream.isWanted(context)
            ? new ConsoleSink.Events(EventStream.open(context), start)
            : ConsoleSink.Text.open(context);
    if (follow) {
      new ConsoleFollower(jobs, waits, watch, keepAlive, longestQuiet, job)
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
