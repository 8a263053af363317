package torpor.api.instance;

import io.javalin.http.Context;
import io.javalin.websocket.WsConfig;
import io.javalin.websocket.WsContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import torpor.api.http.RefusedException;
import torpor.api.http.SocketRoute;
import torpor.api.http.Waits;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstancePhase;
import torpor.core.refusal.RefusalCode;
import torpor.engine.caller.InstanceSessions;

/// Programs and files inside an instance, over WebSockets.
///
/// ```
/// /exec   caller ── text: {"command": …, "tty": …} ──> one program
///         caller ── binary: input                 <── binary: output
///         caller ── text: {"resize": …}, {"signal": …}, {"eof": true}
///                                                 <── text: {"exitCode": 0}
///         with ?session=NAME it is kept when the connection breaks: see KeptTalk
///
/// /cp     caller ── text: {"direction": "from", "guest_path": …}
///                    for each file  <── text: header, binary: content, text: {"type": "end"}
///         caller ── text: {"direction": "to", "guest_path": …}
///         caller ── binary: content, text: {"type": "end"}     <── text: {"type": "result"}
/// ```
public final class GuestSockets {
  private static final String TALK = "torpor.talk";

  private final MachinePorts ports;
  private final Waits waits;
  private final Duration keepAlive;

  /// @param keepAlive a connection on which nothing is said is asked for a sign of life this often
  public GuestSockets(MachinePorts ports, Waits waits, Duration keepAlive) {
    this.ports = ports;
    this.waits = waits;
    this.keepAlive = keepAlive;
  }

  public List<SocketRoute> routes() {
    return List.of(
        new SocketRoute(
            "/v1/instances/{id}/exec",
            context -> admit(context, exec(ExecReader.kept(context))),
            this::converse),
        new SocketRoute(
            "/v1/instances/{id}/cp",
            context -> admit(context, (sessions, id) -> new CopyTalk(sessions, id, waits)),
            this::converse));
  }

  private BiFunction<InstanceSessions, InstanceId, SocketTalk> exec(
      Optional<ExecReader.Kept> asked) {
    return asked
        .<BiFunction<InstanceSessions, InstanceId, SocketTalk>>map(
            kept -> (sessions, id) -> new KeptTalk(sessions, id, kept.name(), kept.from(), waits))
        .orElse((sessions, id) -> new ExecTalk(sessions, id, waits));
  }

  private void admit(
      Context context, BiFunction<InstanceSessions, InstanceId, SocketTalk> conversation) {
    InstanceSessions sessions = GuestViews.sessions(ports);
    Instance instance = InstancePath.instance(context, ports.instances());
    if (instance.state().phase() != InstancePhase.RUNNING) {
      throw RefusedException.of(
          RefusalCode.INSTANCE_STATE,
          "%s is %s, and can be spoken to only while it runs"
              .formatted(instance.spec().name(), instance.state().phase().text()),
          "Start or restore it first.");
    }
    context.attribute(TALK, conversation.apply(sessions, instance.id()));
  }

  private void converse(WsConfig socket) {
    socket.onConnect(context -> {
      context.enableAutomaticPings(keepAlive.toMillis(), TimeUnit.MILLISECONDS);
      talk(context).end().open(context.session);
      talk(context).opened();
    });
    socket.onMessage(context -> talk(context).text(context.message()));
    socket.onBinaryMessage(context -> talk(context).bytes(context.data()));
    socket.onClose(context -> {
      context.disableAutomaticPings();
      talk(context).close(context.status());
    });
    socket.onError(context -> talk(context).close());
  }

  private static SocketTalk talk(WsContext context) {
    SocketTalk talk = context.attribute(TALK);
    if (talk == null) {
      throw new IllegalStateException("a connection that nobody let in");
    }
    return talk;
  }
}
