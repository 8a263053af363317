package torpor.daemon.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import torpor.cli.connection.Connection;
import torpor.cli.connection.EventStream;
import torpor.cli.connection.Route;
import torpor.cli.connection.ServerEvent;
import torpor.wire.Event;
import torpor.wire.WireJson;

/// The events of one job, as they happen, for as long as the daemon lives.
final class JobWatch implements AutoCloseable {
  private final EventStream stream;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  private JobWatch(EventStream stream) {
    this.stream = stream;
  }

  /// @param after the sequence number of the last event seen; 0 for all
  static JobWatch of(Connection connection, String job, long after) throws IOException {
    EventStream stream =
        connection.events(
            Route.of("jobs", job, "events").toString(),
            Optional.of(Long.toString(after)),
            Duration.ofMinutes(5));
    JobWatch watch = new JobWatch(stream);
    Thread.ofVirtual().name("watch " + job).start(watch::read);
    return watch;
  }

  private void read() {
    try {
      for (Optional<ServerEvent> next = stream.next(); next.isPresent(); next = stream.next()) {
        if (next.get().id().isPresent()) {
          events.add(WireJson.read(next.get().data(), Event.class));
        }
      }
    } catch (IOException e) {
      // The daemon was killed, which is what the demo is about; who waits runs out of patience.
    }
  }

  /// The next event; empty where none came in time.
  Optional<Event> next(Duration patience) throws InterruptedException {
    return Optional.ofNullable(events.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
