package torpor.cli.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Follows a stream of events across broken connections and restarts of the daemon: each time it
/// goes on after the last event it saw.
public final class Follower {

  /// The server sends something at least this often, if only a comment; past it the connection
  /// counts as broken.
  private static final Duration SILENCE = Duration.ofSeconds(90);

  private final Connection connection;
  private final Persistence.Pause pause;
  private final Consumer<String> notice;

  /// @param notice is told of every break
  public Follower(Connection connection, Persistence.Pause pause, Consumer<String> notice) {
    this.connection = connection;
    this.pause = pause;
    this.notice = notice;
  }

  /// Gives every event to `onEvent`, until that answers false or the server sends an event named
  /// `end`.
  ///
  /// @param after the id of the event to begin after
  /// @throws torpor.cli.CommandFailure where the daemon refuses, was not there to begin with, or
  ///   stays away for two minutes
  public void follow(String path, Optional<String> after, Predicate<ServerEvent> onEvent) {
    follow(path, after, onEvent, () -> false);
  }

  /// As above, for streams that do not say that they have ended.
  ///
  /// @param isOver asked when the daemon closes the stream
  public void follow(
      String path, Optional<String> after, Predicate<ServerEvent> onEvent, BooleanSupplier isOver) {
    Persistence persistence = new Persistence(pause);
    Optional<String> lastId = after;
    boolean connected = false;
    while (true) {
      IOException broken;
      try (EventStream stream = connection.events(path, lastId, SILENCE)) {
        connected = true;
        for (Optional<ServerEvent> next = stream.next(); next.isPresent(); next = stream.next()) {
          persistence.succeeded();
          ServerEvent event = next.get();
          if (event.id().isPresent()) {
            lastId = event.id();
          }
          if (event.kind().equals("end") || !onEvent.test(event)) {
            return;
          }
        }
        if (isOver.getAsBoolean()) {
          return;
        }
        broken = new IOException("the daemon closed the stream");
      } catch (IOException e) {
        broken = e;
      }
      if (!connected) {
        throw connection.unreachable(broken);
      }
      if (persistence.isFirstFailure()) {
        notice.accept("connection lost (" + broken.getMessage() + "), trying again");
      }
      persistence.failed(connection.unreachable(broken));
    }
  }
}
