package torpor.api.instance;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.websocket.api.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.api.http.Problems;
import torpor.api.http.RefusedException;
import torpor.api.http.Waits;
import torpor.core.instance.InstanceId;
import torpor.core.machine.ExitStatus;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.caller.InstanceSessions;
import torpor.wire.WireJson;
import torpor.wire.instance.ExecControl;
import torpor.wire.instance.ExecEnd;
import torpor.wire.instance.ExecRequest;

/// One connection and its program. What comes in is handled one message at a time, on a thread that
/// may wait: so a caller sends no faster than the program reads.
final class ExecTalk {
  private static final Logger log = LoggerFactory.getLogger(ExecTalk.class);
  private static final int NOT_BEGUN = 127;
  private static final int NORMAL = 1000;
  private static final int GOING_AWAY = 1001;

  /// How long a program may leave its input unread before the connection counts as broken.
  private static final Duration INPUT_WITHIN = Duration.ofHours(1);

  private final InstanceSessions sessions;
  private final InstanceId instance;
  private final Waits waits;
  private final CompletableFuture<org.eclipse.jetty.websocket.api.Session> socket =
      new CompletableFuture<>();
  private final AtomicReference<Optional<InstanceSessions.Session>> program =
      new AtomicReference<>(Optional.empty());
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private volatile boolean asked;
  private volatile boolean separate;

  ExecTalk(InstanceSessions sessions, InstanceId instance, Waits waits) {
    this.sessions = sessions;
    this.instance = instance;
    this.waits = waits;
  }

  void open(org.eclipse.jetty.websocket.api.Session session) {
    socket.complete(session);
    var _ =
        CompletableFuture.anyOf(over, waits.stopped().toCompletableFuture())
            .thenRun(() -> {
              if (!over.isDone()) {
                session.close(GOING_AWAY, "the daemon is stopping", Callback.NOOP);
              }
            });
  }

  void text(String message) {
    try {
      if (asked) {
        control(ExecReader.message(message, ExecControl.class));
      } else {
        asked = true;
        begin(ExecReader.message(message, ExecRequest.class));
      }
    } catch (RefusedException refused) {
      end(NOT_BEGUN, Optional.of(refused.refusal()));
      close();
    }
  }

  private void begin(ExecRequest request) {
    separate = request.separate().orElse(false);
    InstanceSessions.Session begun =
        waits.reply(sessions.exec(instance, ExecReader.request(request), this::send));
    program.set(Optional.of(begun));
    if (over.isDone()) {
      begun.close();
    }
    var _ = begun.exit().whenComplete(this::ended);
  }

  private void ended(@Nullable ExitStatus status, @Nullable Throwable failure) {
    if (status == null) {
      log.warn("{}: the end of a program is not known", instance, failure);
      end(NOT_BEGUN, Optional.of(lost()));
    } else {
      end(InstanceJson.exitCode(status), Optional.empty());
    }
  }

  private static Refusal lost() {
    return Refusal.of(
        RefusalCode.EXEC_FAILED,
        "The connection to what runs inside was lost",
        "Run it again once the instance runs.");
  }

  private void control(ExecControl control) {
    InstanceSessions.Session session = running();
    control
        .resize()
        .ifPresent(size -> waits.value(session.resize(ExecReader.size(size.rows(), size.cols()))));
    control.signal().ifPresent(name -> waits.value(session.signal(ExecReader.signal(name))));
    if (control.eof().orElse(false)) {
      waits.value(session.endInput());
    }
  }

  private InstanceSessions.Session running() {
    return program
        .get()
        .orElseThrow(() ->
            RefusedException.of(
                RefusalCode.REQUEST_INVALID,
                "Something was sent before the program was named",
                "Send {\"command\": [...]} first."));
  }

  void bytes(ByteBuffer data) {
    try {
      ByteBuffer input = data.slice();
      if (separate && input.hasRemaining()) {
        input.get();
      }
      waits.value(running().input(input), INPUT_WITHIN);
    } catch (RefusedException refused) {
      end(NOT_BEGUN, Optional.of(refused.refusal()));
      close();
    }
  }

  private CompletionStage<Void> send(InstanceSessions.Source source, ByteBuffer bytes) {
    ByteBuffer message = bytes;
    if (separate) {
      message = ByteBuffer.allocate(bytes.remaining() + 1);
      message.put((byte) (source == InstanceSessions.Source.STDOUT ? 1 : 2)).put(bytes).flip();
    }
    ByteBuffer whole = message;
    return socket.thenCompose(session -> {
      CompletableFuture<Void> sent = new CompletableFuture<>();
      session.sendBinary(
          whole, Callback.from(() -> sent.complete(null), sent::completeExceptionally));
      return sent;
    });
  }

  private void end(int exitCode, Optional<Refusal> why) {
    String last = WireJson.write(new ExecEnd(exitCode, why.map(Problems::of)));
    var _ =
        socket.thenAccept(session ->
            session.sendText(
                last,
                Callback.from(
                    () -> session.close(NORMAL, "", Callback.NOOP), _ -> session.disconnect())));
  }

  void close() {
    over.complete(null);
    program.get().ifPresent(InstanceSessions.Session::close);
  }
}
