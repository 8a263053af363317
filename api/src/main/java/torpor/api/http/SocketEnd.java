package torpor.api.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import torpor.wire.WireJson;

/// The server's end of one WebSocket. What is sent before the connection stands waits for it. Ends
/// when the conversation is over, and when the server stops. Thread-safe.
public final class SocketEnd {
  private static final int NORMAL = 1000;
  private static final int GOING_AWAY = 1001;

  /// Also where every character takes three bytes.
  private static final int LONGEST_REASON = 41;

  private static final Duration IDLE = Duration.ofMinutes(2);

  private final Waits waits;
  private final CompletableFuture<Session> socket = new CompletableFuture<>();
  private final CompletableFuture<Void> over = new CompletableFuture<>();

  public SocketEnd(Waits waits) {
    this.waits = waits;
  }

  /// The connection stands.
  public void open(Session session) {
    session.setIdleTimeout(IDLE);
    socket.complete(session);
    var _ =
        CompletableFuture.anyOf(over, waits.stopped().toCompletableFuture())
            .thenRun(() -> {
              if (!over.isDone()) {
                session.close(GOING_AWAY, "the daemon is stopping", Callback.NOOP);
              }
            });
  }

  /// @param bytes not to be changed before the answer completes
  public CompletionStage<Void> send(ByteBuffer bytes) {
    return sending((session, sent) -> session.sendBinary(bytes, sent));
  }

  public CompletionStage<Void> say(Object message) {
    String text = WireJson.write(message);
    return sending((session, sent) -> session.sendText(text, sent));
  }

  /// Says the last thing, and ends the connection.
  public void end(Object message) {
    var _ =
        say(message)
            .handle((_, _) -> socket)
            .thenCompose(connection -> connection)
            .thenAccept(session -> session.close(NORMAL, "", Callback.NOOP));
  }

  /// Ends the connection.
  ///
  /// @param code from 4000 on it is the route's own
  public void end(int code, String reason) {
    var _ = socket.thenAccept(session -> session.close(code, shortened(reason), Callback.NOOP));
  }

  /// A reason has at most 123 bytes.
  private static String shortened(String reason) {
    return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON);
  }

  private CompletionStage<Void> sending(BiConsumer<Session, Callback> how) {
    return socket.thenCompose(session -> {
      CompletableFuture<Void> sent = new CompletableFuture<>();
      how.accept(session, Callback.from(() -> sent.complete(null), sent::completeExceptionally));
      return sent;
    });
  }

  /// Nothing is to be said any more.
  public void close() {
    over.complete(null);
  }

  public boolean isClosed() {
    return over.isDone();
  }
}
