package torpor.cli.session;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.connection.Channel;
import torpor.cli.connection.Channel.Message;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Refusals;
import torpor.cli.instance.InstanceRoutes;
import torpor.cli.terminal.WindowSize;
import torpor.wire.WireJson;
import torpor.wire.instance.ExecControl;
import torpor.wire.instance.ExecEnd;
import torpor.wire.instance.ExecRequest;

/// A program that runs inside a machine, for as long as this is open. One thread waits for its end;
/// another may write.
final class GuestProgram implements AutoCloseable {
  private static final byte STDIN = 0;
  private static final byte STDERR = 2;

  /// Servers take messages of 64 KiB at most where nobody told them otherwise.
  private static final int LONGEST_PIECE = 32 * 1024;

  private final Channel channel;

  private GuestProgram(Channel channel) {
    this.channel = channel;
  }

  /// @param request with its outputs apart
  /// @throws CommandFailure where the machine does not run or the daemon cannot be reached
  static GuestProgram begin(Connection connection, String instance, ExecRequest request) {
    Channel channel = connection.channel(InstanceRoutes.of(instance, "exec").toString());
    try {
      channel.send(WireJson.write(request));
      return new GuestProgram(channel);
    } catch (IOException e) {
      channel.close();
      throw broken(e);
    }
  }

  void write(byte[] bytes, int offset, int length) throws IOException {
    for (int sent = 0; sent < length; sent += LONGEST_PIECE) {
      int piece = Math.min(LONGEST_PIECE, length - sent);
      channel.send(
          ByteBuffer.allocate(piece + 1).put(STDIN).put(bytes, offset + sent, piece).flip());
    }
  }

  /// The program reads the end of its input. One that has ended already does not mind.
  void endInput() {
    try {
      control(
          new ExecControl(Optional.empty(), Optional.empty(), Optional.of(true), Optional.empty()));
    } catch (IOException e) {
      // Whoever waits for the program's end sees the same and says it.
    }
  }

  void resize(WindowSize size) {
    try {
      control(
          new ExecControl(
              Optional.of(new ExecControl.Size(size.rows(), size.columns())),
              Optional.empty(),
              Optional.empty(),
              Optional.empty()));
    } catch (IOException e) {
      throw new UncheckedIOException("the new window size was not sent", e);
    }
  }

  private void control(ExecControl control) throws IOException {
    channel.send(WireJson.write(control));
  }

  /// Copies what it writes until it has ended.
  ///
  /// @return its exit code
  /// @throws CommandFailure where it was not begun or was lost
  int outputTo(OutputStream out, OutputStream err) {
    while (true) {
      switch (receive()) {
        case Message.Binary(ByteBuffer bytes) -> pass(bytes, out, err);
        case Message.Text(String text) -> {
          ExecEnd end = WireJson.read(text, ExecEnd.class);
          end.problem()
              .ifPresent(problem -> {
                throw Refusals.of(problem);
              });
          return end.exitCode() & 0xff;
        }
        case Message.Closed(int code, String reason) ->
            throw lost("the daemon closed the connection: " + code + " " + reason);
      }
    }
  }

  private Message receive() {
    try {
      return channel.receive();
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private static void pass(ByteBuffer bytes, OutputStream out, OutputStream err) {
    if (!bytes.hasRemaining()) {
      return;
    }
    OutputStream to = bytes.get() == STDERR ? err : out;
    try {
      to.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
      to.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the output cannot be passed on", e);
    }
  }

  private static CommandFailure broken(IOException e) {
    return lost(String.valueOf(e.getMessage())).causedBy(e);
  }

  private static CommandFailure lost(String why) {
    return new CommandFailure(
        ExitCode.UNAVAILABLE,
        "the program's end is not known",
        why,
        "see whether the machine still runs: torpor ps");
  }

  /// Ends the program where it still runs.
  @Override
  public void close() {
    channel.close();
  }
}
