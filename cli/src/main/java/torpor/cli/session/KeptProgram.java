package torpor.cli.session;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.connection.Channel;
import torpor.cli.connection.Channel.Message;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Refusals;
import torpor.cli.connection.Route;
import torpor.cli.instance.InstanceRoutes;
import torpor.cli.terminal.WindowSize;
import torpor.wire.WireJson;
import torpor.wire.instance.ExecControl;
import torpor.wire.instance.ExecEvent;
import torpor.wire.instance.ExecRequest;

/// A program in a machine that goes on where the connection breaks, where its machine sleeps
/// meanwhile, and where the daemon is restarted: it is taken up again where it was, and nothing of
/// its streams is lost or comes twice. One thread waits for its end; another may write.
final class KeptProgram implements AutoCloseable {
  private static final byte STDOUT = 1;
  private static final int REPLACED = 4002;
  private static final int INTERRUPTED = 130;
  private static final String NOT_FOUND = "session.not_found";

  private final Connection connection;
  private final String instance;
  private final ExecRequest request;
  private final Reunion reunion;
  private final String name = UUID.randomUUID().toString();
  private final UntakenInput input = new UntakenInput();
  private volatile Optional<Channel> channel = Optional.empty();
  private volatile Optional<WindowSize> size = Optional.empty();
  private volatile boolean over;
  private boolean begun;
  private long output;
  private long errors;

  private KeptProgram(
      Connection connection, String instance, ExecRequest request, Reunion reunion) {
    this.connection = connection;
    this.instance = instance;
    this.request = request;
    this.reunion = reunion;
  }

  /// @param request with its outputs apart
  /// @throws CommandFailure where the machine does not run or the daemon cannot be reached
  static KeptProgram begin(
      Connection connection, String instance, ExecRequest request, Reunion reunion) {
    KeptProgram program = new KeptProgram(connection, instance, request, reunion);
    try {
      program.connect();
    } catch (IOException broken) {
      program.reconnect(broken);
    }
    return program;
  }

  /// Whether nobody hears it at the moment.
  boolean isDetached() {
    return channel.isEmpty();
  }

  /// Waits where the program does not read.
  void write(byte[] bytes, int offset, int length) throws InterruptedException {
    input.add(bytes, offset, length);
  }

  /// The program reads the end of its input.
  void endInput() {
    input.end();
  }

  void resize(WindowSize next) {
    size = Optional.of(next);
    channel.ifPresent(to -> {
      try {
        to.send(resized(next));
      } catch (IOException broken) {
        // It is told when it is taken up again.
      }
    });
  }

  private static String resized(WindowSize size) {
    return WireJson.write(
        new ExecControl(
            Optional.of(new ExecControl.Size(size.rows(), size.columns())),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
  }

  /// Copies what it writes until it has ended.
  ///
  /// @return its exit code
  /// @throws CommandFailure where it was not begun or was lost
  int outputTo(OutputStream out, OutputStream err) {
    while (true) {
      try {
        Optional<Integer> exitCode = take(attached().receive(), out, err);
        if (exitCode.isPresent()) {
          return exitCode.orElseThrow();
        }
      } catch (IOException broken) {
        if (over) {
          return INTERRUPTED;
        }
        reconnect(broken);
      }
    }
  }

  private Channel attached() throws IOException {
    return channel.orElseThrow(() -> new IOException("the connection is gone"));
  }

  private Optional<Integer> take(Message message, OutputStream out, OutputStream err)
      throws IOException {
    return switch (message) {
      case Message.Binary(ByteBuffer bytes) -> {
        if (bytes.hasRemaining()) {
          pass(bytes, out, err);
        }
        yield Optional.empty();
      }
      case Message.Text(String text) -> {
        ExecEvent event = WireJson.read(text, ExecEvent.class);
        event.stdin().ifPresent(taken -> input.taken(taken.taken(), taken.limit(), taken.closed()));
        event.error().ifPresent(error -> say(error, err));
        event
            .problem()
            .ifPresent(problem -> {
              throw Refusals.of(problem);
            });
        yield event.exitCode().map(code -> code & 0xff);
      }
      case Message.Closed(int code, String reason) -> throw closed(code, reason);
    };
  }

  private static IOException closed(int code, String reason) {
    if (code == REPLACED) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          "the program goes on elsewhere",
          "another connection has taken it up",
          "see what runs: torpor ps");
    }
    return new IOException(reason.isEmpty() ? "closed with code " + code : reason);
  }

  /// What was written here is let go of there.
  private void pass(ByteBuffer bytes, OutputStream out, OutputStream err) throws IOException {
    boolean standard = bytes.get() == STDOUT;
    int count = bytes.remaining();
    try {
      OutputStream to = standard ? out : err;
      to.write(bytes.array(), bytes.arrayOffset() + bytes.position(), count);
      to.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the output cannot be passed on", e);
    }
    if (standard) {
      output += count;
    } else {
      errors += count;
    }
    ExecControl.Ack ack =
        new ExecControl.Ack(
            standard ? Optional.of(output) : Optional.empty(),
            standard ? Optional.empty() : Optional.of(errors));
    attached()
        .send(
            WireJson.write(
                new ExecControl(
                    Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(ack))));
  }

  private static void say(String error, OutputStream err) {
    try {
      err.write((error + System.lineSeparator()).getBytes(StandardCharsets.UTF_8));
      err.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the output cannot be passed on", e);
    }
  }

  /// @throws IOException where the connection breaks
  /// @throws CommandFailure where the daemon refuses
  private void connect() throws IOException {
    Channel next = connection.channel(route().toString());
    try {
      if (!begun) {
        next.send(WireJson.write(request));
      }
      ExecEvent.Attached at = firstWord(next);
      begun = true;
      resume(next, at);
    } catch (IOException | CommandFailure failed) {
      next.close();
      throw failed;
    }
  }

  private Route route() {
    Route route = InstanceRoutes.of(instance, "exec").with("session", name);
    return begun
        ? route.with("offset", Long.toString(output)).with("stderr_offset", Long.toString(errors))
        : route;
  }

  private static ExecEvent.Attached firstWord(Channel from) throws IOException {
    return switch (from.receive()) {
      case Message.Text(String text) -> {
        ExecEvent event = WireJson.read(text, ExecEvent.class);
        event
            .problem()
            .ifPresent(problem -> {
              throw Refusals.of(problem);
            });
        yield event
            .attached()
            .orElseThrow(() -> new IOException("the daemon speaks of something else: " + text));
      }
      case Message.Binary _ -> throw new IOException("the daemon speaks out of turn");
      case Message.Closed(int code, String reason) -> throw closed(code, reason);
    };
  }

  private void resume(Channel next, ExecEvent.Attached at) throws IOException {
    long lost = at.stdout() - output + at.stderr() - errors;
    if (lost > 0) {
      reunion.tell(lost + " bytes of its output were dropped while nobody took them");
    }
    output = at.stdout();
    errors = at.stderr();
    Optional<WindowSize> changed = size;
    if (changed.isPresent()) {
      next.send(resized(changed.orElseThrow()));
    }
    input.through(next, at.stdin(), at.stdinLimit());
    channel = Optional.of(next);
  }

  /// Until it is taken up again.
  private void reconnect(IOException broken) {
    input.nowhere();
    channel.ifPresent(Channel::close);
    channel = Optional.empty();
    reunion.begin(broken);
    while (channel.isEmpty()) {
      try {
        attempt(broken);
      } catch (RuntimeException failed) {
        throw over ? left() : failed;
      }
    }
    reunion.done();
  }

  private void attempt(IOException broken) {
    try {
      connect();
    } catch (IOException again) {
      reunion.failed(connection.unreachable(again));
    } catch (CommandFailure refused) {
      if (!refused.code().equals(NOT_FOUND)) {
        reunion.failed(refused);
      } else if (begun) {
        throw Reunion.lost("its machine was started anew, or it was ended");
      } else {
        reunion.failed(connection.unreachable(broken));
      }
    }
  }

  private static CommandFailure left() {
    return new CommandFailure(
        INTERRUPTED,
        "the program was left where it is",
        "its machine does not run",
        "wake the machine, where it goes on unheard: torpor restore");
  }

  /// Ends the program where it still runs.
  @Override
  public void close() {
    over = true;
    channel.ifPresent(Channel::end);
  }

  /// Lets the connection go; the program stays for a while.
  void abandon() {
    over = true;
    connection.close();
  }
}
