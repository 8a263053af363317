package torpor.api.instance;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import torpor.api.http.Problems;
import torpor.api.http.RefusedException;
import torpor.api.http.SocketEnd;
import torpor.api.http.Waits;
import torpor.core.instance.InstanceId;
import torpor.core.machine.ExitStatus;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.caller.InstanceSessions;
import torpor.engine.caller.InstanceSessions.Source;
import torpor.engine.caller.KeptSession;
import torpor.engine.caller.SessionName;
import torpor.wire.instance.ExecControl;
import torpor.wire.instance.ExecEnd;
import torpor.wire.instance.ExecEvent;
import torpor.wire.instance.ExecRequest;

/// A program that is kept for whoever takes it up next, and one connection to it.
///
/// ```
/// open ──→ first message: the program      or, with an offset, no message: what there is
///      ←── {"attached": …}, tagged output, {"stdin": …}      ──→ tagged input, {"ack": …}, controls
///      ←── {"exitCode": …}                                       close 1000: ended and forgotten
///      ←── close 4001: frozen or gone, 4002: taken up elsewhere  any other end: left as it is
/// ```
///
/// A caller keeps to the limit that it was told for the input, so that nothing of it ever holds up
/// an acknowledgement that comes behind it.
final class KeptTalk implements SocketTalk {
  private static final int NORMAL = 1000;
  private static final int DETACHED = 4001;
  private static final int REPLACED = 4002;
  private static final int NOT_BEGUN = 127;
  private static final byte STDOUT = 1;
  private static final byte STDERR = 2;

  /// Up to where a caller has what a program wrote.
  record Offsets(long stdout, long stderr) {}

  private final InstanceSessions sessions;
  private final InstanceId instance;
  private final SessionName name;
  private final Optional<Offsets> from;
  private final Waits waits;
  private final SocketEnd end;
  private final AtomicReference<Optional<KeptSession>> program =
      new AtomicReference<>(Optional.empty());
  private final KeptSession.Caller caller = new Passing();
  private final CompletableFuture<Void> attached = new CompletableFuture<>();
  private final InputBound input = new InputBound();
  private volatile boolean asked;
  private volatile boolean gone;

  /// @param from where one is taken up that there is; empty for a new one
  KeptTalk(
      InstanceSessions sessions,
      InstanceId instance,
      SessionName name,
      Optional<Offsets> from,
      Waits waits) {
    this.sessions = sessions;
    this.instance = instance;
    this.name = name;
    this.from = from;
    this.waits = waits;
    this.end = new SocketEnd(waits);
  }

  @Override
  public SocketEnd end() {
    return end;
  }

  @Override
  public void opened() {
    from.ifPresent(offsets -> {
      asked = true;
      attempt(
          () -> begin(sessions.attach(instance, name, offsets.stdout(), offsets.stderr(), caller)));
    });
  }

  @Override
  public void text(String message) {
    attempt(() -> {
      if (asked) {
        control(ExecReader.message(message, ExecControl.class));
      } else {
        asked = true;
        ExecRequest request = ExecReader.message(message, ExecRequest.class);
        begin(sessions.keep(instance, name, ExecReader.request(request), caller));
      }
    });
  }

  /// What is refused is said, and the connection ends; the program, if there is one, is left.
  private void attempt(Runnable work) {
    try {
      work.run();
    } catch (RefusedException refused) {
      gone = true;
      program.get().ifPresent(KeptSession::leave);
      end.end(new ExecEnd(NOT_BEGUN, Optional.of(Problems.of(refused.refusal()))));
    }
  }

  private void begin(CompletionStage<Reply<KeptSession>> asking) {
    KeptSession begun = waits.reply(asking);
    program.set(Optional.of(begun));
    KeptSession.Marks marks = begun.marks();
    var _ =
        end.say(
            ExecEvent.attached(
                new ExecEvent.Attached(
                    name.text(),
                    marks.input(),
                    marks.inputLimit(),
                    marks.output(),
                    marks.errors())));
    input.begins(marks.input(), marks.inputLimit());
    attached.complete(null);
    if (gone) {
      begun.leave();
    }
    var _ = begun.ended().thenAccept(this::ended);
  }

  private void ended(KeptSession.End how) {
    if (gone) {
      return;
    }
    switch (how) {
      case KeptSession.End.Exited(ExitStatus status, Optional<String> problem) ->
          end.end(new ExecEnd(InstanceJson.exitCode(status), Optional.empty(), problem));
      case KeptSession.End.Detached(String why) -> end.end(DETACHED, why);
      case KeptSession.End.Replaced _ -> end.end(REPLACED, "taken up by another connection");
    }
  }

  private void control(ExecControl control) {
    KeptSession session = running();
    control
        .resize()
        .ifPresent(size -> waits.value(session.resize(ExecReader.size(size.rows(), size.cols()))));
    control.signal().ifPresent(signal -> waits.value(session.signal(ExecReader.signal(signal))));
    control
        .ack()
        .ifPresent(ack -> {
          ack.stdout().ifPresent(upTo -> acknowledge(session, Source.STDOUT, upTo));
          ack.stderr().ifPresent(upTo -> acknowledge(session, Source.STDERR, upTo));
        });
    if (control.eof().orElse(false)) {
      waits.value(session.endInput());
    }
  }

  private static void acknowledge(KeptSession session, Source source, long upTo) {
    if (upTo < 0 || !session.acknowledge(source, upTo)) {
      throw RefusedException.invalid(
          "ack",
          "%d is not an offset that %s has come to".formatted(upTo, source),
          "Acknowledge what was received: where the stream began, and the bytes since.");
    }
  }

  private KeptSession running() {
    return program
        .get()
        .orElseThrow(() ->
            RefusedException.of(
                RefusalCode.REQUEST_INVALID,
                "Something was sent before the program was named",
                "Send {\"command\": [...]} first, and wait for \"attached\"."));
  }

  @Override
  public void bytes(ByteBuffer data) {
    attempt(() -> {
      KeptSession session = running();
      if (!data.hasRemaining() || data.get() != 0) {
        throw RefusedException.of(
            RefusalCode.REQUEST_INVALID,
            "A binary message does not begin with a zero byte",
            "Begin each with the number of its stream: 0 for the program's input.");
      }
      if (!input.comes(data.remaining())) {
        throw RefusedException.of(
            RefusalCode.REQUEST_TOO_LARGE,
            "More input was sent than up to the limit",
            "Send up to the limit of the newest {\"stdin\": …}, then wait for the next.");
      }
      ByteBuffer kept = ByteBuffer.allocate(data.remaining()).put(data).flip();
      var _ = session.input(kept);
    });
  }

  @Override
  public void close() {
    close(0);
  }

  /// An orderly end is for good; anything else may have been the network.
  @Override
  public void close(int code) {
    gone = true;
    end.close();
    program
        .get()
        .ifPresent(session -> {
          if (code == NORMAL) {
            session.end();
          } else {
            session.leave();
          }
        });
  }

  /// Towards the connection; what it says where the streams stand comes before anything of them.
  private final class Passing implements KeptSession.Caller {
    @Override
    public CompletionStage<Void> write(Source source, ByteBuffer bytes) {
      ByteBuffer tagged = ByteBuffer.allocate(bytes.remaining() + 1);
      byte stream = source == Source.STDOUT ? STDOUT : STDERR;
      tagged.put(stream).put(bytes).flip();
      return attached.thenCompose(_ -> end.send(tagged));
    }

    @Override
    public void inputTaken(long upTo, long limit, boolean unread) {
      input.mayReach(unread ? Long.MAX_VALUE : limit);
      var _ =
          attached.thenCompose(
              _ -> end.say(ExecEvent.taken(new ExecEvent.Input(upTo, limit, unread))));
    }
  }

  /// How much input may come.
  private static final class InputBound {
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong limit = new AtomicLong();

    void begins(long at, long firstLimit) {
      sent.set(at);
      mayReach(firstLimit);
    }

    void mayReach(long newLimit) {
      limit.accumulateAndGet(newLimit, Math::max);
    }

    boolean comes(int bytes) {
      return sent.addAndGet(bytes) <= limit.get();
    }
  }
}
