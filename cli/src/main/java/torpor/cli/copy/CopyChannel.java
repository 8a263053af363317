package torpor.cli.copy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.connection.Channel;
import torpor.cli.connection.Channel.Message;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Refusals;
import torpor.cli.copy.CopyEnd.Inside;
import torpor.cli.instance.InstanceRoutes;
import torpor.wire.WireJson;
import torpor.wire.instance.CopyMessage;
import torpor.wire.instance.CopyRequest;

/// The conversation of one copy. One thread receives; another may send.
final class CopyChannel implements AutoCloseable {
  /// Servers take messages of 64 KiB at most where nobody told them otherwise.
  static final int LONGEST_PIECE = 32 * 1024;

  /// What the machine's side says.
  sealed interface Said {
    record Item(CopyMessage header) implements Said {}

    record Content(ByteBuffer bytes) implements Said {}

    /// All is done.
    ///
    /// @param leftOut what is not copied, a line each; may be empty
    record Done(String leftOut) implements Said {}
  }

  private final Channel channel;

  private CopyChannel(Channel channel) {
    this.channel = channel;
  }

  /// Into a directory that exists.
  static CopyChannel into(Connection connection, Inside directory) {
    return begin(connection, directory, "to", Optional.empty(), Optional.of(true));
  }

  /// Out of the machine; a link that is named is followed.
  static CopyChannel outOf(Connection connection, Inside item) {
    return begin(connection, item, "from", Optional.of(true), Optional.empty());
  }

  private static CopyChannel begin(
      Connection connection,
      Inside place,
      String direction,
      Optional<Boolean> followLinks,
      Optional<Boolean> tree) {
    Channel channel = connection.channel(InstanceRoutes.of(place.instance(), "cp").toString());
    try {
      channel.send(
          WireJson.write(
              new CopyRequest(
                  direction,
                  place.clean(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  followLinks,
                  tree,
                  Optional.empty())));
      return new CopyChannel(channel);
    } catch (IOException e) {
      channel.close();
      throw broken(e);
    }
  }

  void send(CopyMessage message) throws IOException {
    channel.send(WireJson.write(message));
  }

  /// @param piece not longer than [#LONGEST_PIECE]
  void send(ByteBuffer piece) throws IOException {
    channel.send(piece);
  }

  /// Waits for what comes next.
  ///
  /// @throws CommandFailure where the copy failed there, or the connection broke
  Said receive() {
    while (true) {
      Optional<Said> said = understood(next());
      if (said.isPresent()) {
        return said.get();
      }
    }
  }

  private Message next() {
    try {
      return channel.receive();
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /// Of what needs no answer, nothing.
  private static Optional<Said> understood(Message message) {
    return switch (message) {
      case Message.Binary(ByteBuffer bytes) -> Optional.of(new Said.Content(bytes));
      case Message.Closed(int code, String reason) ->
          throw broken(new IOException("the daemon closed the connection: " + code + " " + reason));
      case Message.Text(String text) -> {
        CopyMessage said = WireJson.read(text, CopyMessage.class);
        yield switch (said.type()) {
          case "header" -> Optional.of(new Said.Item(said));
          case "result" -> Optional.of(new Said.Done(said.error().orElse("")));
          case "end" ->
              said.last().orElse(false)
                  ? Optional.of(new Said.Done(said.error().orElse("")))
                  : Optional.empty();
          default ->
              throw said.problem()
                  .map(Refusals::of)
                  .orElseGet(() ->
                      broken(new IOException(said.message().orElse("it says " + said.type()))));
        };
      }
    };
  }

  private static CommandFailure broken(IOException e) {
    return new CommandFailure(
            ExitCode.UNAVAILABLE,
            "the copy was broken off",
            String.valueOf(e.getMessage()),
            "copy again once the machine runs: torpor ps")
        .causedBy(e);
  }

  /// Gives up what is not done.
  @Override
  public void close() {
    channel.close();
  }
}
