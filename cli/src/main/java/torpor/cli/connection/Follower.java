package torpor.cli.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Follows a stream of events across broken connections and restarts of the daemon: each time it
/// goes on after the last event it saw.
public final class Follower {

  /// The server sends something at least this often, if only a comment; past it the connection
  /// counts as broken.
  private static final Duration SILENCE = Duration.ofSeconds(90);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Connection connection;
  private final Pause pause;
  private final Consumer<String> notice;

  /// Waits between two attempts.
  public interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  /// @param notice is told of every break
  public Follower(Connection connection, Pause pause, Consumer<String> notice) {
    this.connection = connection;
    this.pause = pause;
    this.notice = notice;
  }

  /// Gives every event to `onEvent` until that answers false, or the server ends the stream with
  /// status 204 or by an event named `end`.
  ///
  /// @throws torpor.cli.CommandFailure where the daemon refuses, or stays away for two minutes
  public void follow(String path, Optional<String> after, Predicate<ServerEvent> onEvent) {
    Optional<String> lastId = after;
    Duration wait = FIRST_PAUSE;
    Duration waited = Duration.ZERO;
    while (true) {
      IOException broken;
      try (EventStream stream = connection.events(path, lastId, SILENCE)) {
        for (Optional<ServerEvent> event = stream.next();
            event.isPresent();
            event = stream.next()) {
          wait = FIRST_PAUSE;
          waited = Duration.ZERO;
          if (event.get().id().isPresent()) {
            lastId = event.get().id();
          }
          if (event.get().kind().equals("end") || !onEvent.test(event.get())) {
            return;
          }
        }
        broken = new IOException("the daemon closed the stream");
      } catch (IOException e) {
        broken = e;
      }
      if (waited.compareTo(PATIENCE) >= 0) {
        throw connection.unreachable(broken);
      }
      if (waited.isZero()) {
        notice.accept("connection lost (" + broken.getMessage() + "), trying again");
      }
      if (!paused(wait)) {
        return;
      }
      waited = waited.plus(wait);
      wait =
          wait.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? wait.multipliedBy(2) : LONGEST_PAUSE;
    }
  }

  /// @return false where the thread was interrupted
  private boolean paused(Duration duration) {
    try {
      pause.of(duration);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
