package torpor.api.instance;

import io.javalin.http.Context;
import io.javalin.websocket.WsConfig;
import io.javalin.websocket.WsContext;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import torpor.api.http.RefusedException;
import torpor.api.http.SocketRoute;
import torpor.api.http.Waits;
import torpor.core.instance.Instance;
import torpor.core.instance.InstancePhase;
import torpor.core.refusal.RefusalCode;
import torpor.engine.caller.InstanceSessions;

/// Runs programs in an instance over a WebSocket.
///
/// ```
/// caller ── text: {"command": …, "tty": …} ──> one program
/// caller ── binary: input                 <── binary: output
/// caller ── text: {"resize": …}, {"signal": …}, {"eof": true}
///                                         <── text: {"exitCode": 0}, and the connection ends
/// ```
public final class ExecSocket {
  private static final String TALK = "torpor.exec";
  private static final Duration IDLE = Duration.ofMinutes(2);

  private final MachinePorts ports;
  private final Waits waits;
  private final Duration keepAlive;

  /// @param keepAlive a connection on which nothing is said is asked for a sign of life this often
  public ExecSocket(MachinePorts ports, Waits waits, Duration keepAlive) {
    this.ports = ports;
    this.waits = waits;
    this.keepAlive = keepAlive;
  }

  public SocketRoute route() {
    return new SocketRoute("/v1/instances/{id}/exec", this::admit, this::converse);
  }

  private void admit(Context context) {
    InstanceSessions sessions = GuestViews.sessions(ports);
    Instance instance = InstancePath.instance(context, ports.instances());
    if (instance.state().phase() != InstancePhase.RUNNING) {
      throw RefusedException.of(
          RefusalCode.INSTANCE_STATE,
          "%s is %s; programs run in one that is running"
              .formatted(instance.spec().name(), instance.state().phase().text()),
          "Start or restore it first.");
    }
    context.attribute(TALK, new ExecTalk(sessions, instance.id(), waits));
  }

  private void converse(WsConfig socket) {
    socket.onConnect(context -> {
      context.session.setIdleTimeout(IDLE);
      context.enableAutomaticPings(keepAlive.toMillis(), TimeUnit.MILLISECONDS);
      talk(context).open(context.session);
    });
    socket.onMessage(context -> talk(context).text(context.message()));
    socket.onBinaryMessage(context -> talk(context).bytes(context.data()));
    socket.onClose(context -> {
      context.disableAutomaticPings();
      talk(context).close();
    });
    socket.onError(context -> talk(context).close());
  }

  private static ExecTalk talk(WsContext context) {
    ExecTalk talk = context.attribute(TALK);
    if (talk == null) {
      throw new IllegalStateException("a connection that nobody let in");
    }
    return talk;
  }
}
