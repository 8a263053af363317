package torpor.api.instance;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.api.http.Problems;
import torpor.api.http.RefusedException;
import torpor.api.http.SocketEnd;
import torpor.api.http.Waits;
import torpor.core.instance.InstanceId;
import torpor.core.machine.ExitStatus;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.caller.InstanceSessions;
import torpor.wire.instance.ExecControl;
import torpor.wire.instance.ExecEnd;
import torpor.wire.instance.ExecRequest;

/// One program and its connection.
final class ExecTalk implements SocketTalk {
  private static final Logger log = LoggerFactory.getLogger(ExecTalk.class);
  private static final int NOT_BEGUN = 127;

  /// How long a program may leave its input unread before the connection counts as broken.
  private static final Duration INPUT_WITHIN = Duration.ofHours(1);

  private final InstanceSessions sessions;
  private final InstanceId instance;
  private final Waits waits;
  private final SocketEnd end;
  private final AtomicReference<Optional<InstanceSessions.Session>> program =
      new AtomicReference<>(Optional.empty());
  private volatile boolean asked;
  private volatile boolean separate;

  ExecTalk(InstanceSessions sessions, InstanceId instance, Waits waits) {
    this.sessions = sessions;
    this.instance = instance;
    this.waits = waits;
    this.end = new SocketEnd(waits);
  }

  @Override
  public SocketEnd end() {
    return end;
  }

  @Override
  public void text(String message) {
    try {
      if (asked) {
        control(ExecReader.message(message, ExecControl.class));
      } else {
        asked = true;
        begin(ExecReader.message(message, ExecRequest.class));
      }
    } catch (RefusedException refused) {
      refuse(refused);
    }
  }

  private void refuse(RefusedException refused) {
    end.end(new ExecEnd(NOT_BEGUN, Optional.of(Problems.of(refused.refusal()))));
    close();
  }

  private void begin(ExecRequest request) {
    separate = request.separate().orElse(false);
    InstanceSessions.Session begun =
        waits.reply(sessions.exec(instance, ExecReader.request(request), this::send));
    program.set(Optional.of(begun));
    if (end.isClosed()) {
      begun.close();
    }
    var _ = begun.exit().whenComplete(this::ended);
  }

  private void ended(@Nullable ExitStatus status, @Nullable Throwable failure) {
    if (status == null) {
      log.warn("{}: the end of a program is not known", instance, failure);
      end.end(new ExecEnd(NOT_BEGUN, Optional.of(Problems.of(lost()))));
    } else {
      end.end(new ExecEnd(InstanceJson.exitCode(status), Optional.empty()));
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

  /// Waits until the program has taken it, so a caller sends no faster than the program reads.
  @Override
  public void bytes(ByteBuffer data) {
    try {
      ByteBuffer input = data.slice();
      if (separate && input.hasRemaining()) {
        input.get();
      }
      waits.value(running().input(input), INPUT_WITHIN);
    } catch (RefusedException refused) {
      refuse(refused);
    }
  }

  private CompletionStage<Void> send(InstanceSessions.Source source, ByteBuffer bytes) {
    if (!separate) {
      return end.send(bytes);
    }
    ByteBuffer tagged = ByteBuffer.allocate(bytes.remaining() + 1);
    byte stream = (byte) (source == InstanceSessions.Source.STDOUT ? 1 : 2);
    return end.send(tagged.put(stream).put(bytes).flip());
  }

  @Override
  public void close() {
    end.close();
    program.get().ifPresent(InstanceSessions.Session::close);
  }
}
