package torpor.cli.connection;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.eclipse.jetty.websocket.api.exceptions.UpgradeException;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.JettyUpgradeListener;
import org.eclipse.jetty.websocket.client.WebSocketClient;

/// A WebSocket to a daemon, over TCP or its Unix socket. Messages come one at a time: the next is
/// read from the network when this one was taken, so a slow reader slows the writer down. One
/// thread receives; any may send.
public final class Channel implements AutoCloseable {
  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(20);

  /// A ping is sent after so long a silence; three of them unanswered end the connection.
  private static final Duration PING_AFTER = Duration.ofSeconds(25);

  private static final Duration SILENCE = PING_AFTER.multipliedBy(3);
  private static final Duration GOODBYE = Duration.ofSeconds(2);
  private static final long LONGEST_MESSAGE = 16L << 20;

  /// What came.
  public sealed interface Message {
    record Text(String text) implements Message {}

    record Binary(ByteBuffer bytes) implements Message {}

    /// The last one.
    ///
    /// @param code as in RFC 6455; 1000 is an orderly end
    record Closed(int code, String reason) implements Message {}
  }

  private final WebSocketClient client;
  private final Session session;
  private final Inbox inbox;

  private Channel(WebSocketClient client, Session session, Inbox inbox) {
    this.client = client;
    this.session = session;
    this.inbox = inbox;
  }

  /// @param path with its query
  /// @throws torpor.cli.CommandFailure where the daemon refuses
  /// @throws IOException where it cannot be reached
  static Channel open(Endpoint endpoint, Optional<String> apiKey, String path) throws IOException {
    WebSocketClient client = client(endpoint);
    Refusal refusal = new Refusal();
    Inbox inbox = new Inbox();
    try {
      client.start();
      ClientUpgradeRequest request = new ClientUpgradeRequest(address(endpoint, path));
      apiKey.ifPresent(key -> request.setHeader("Authorization", "Bearer " + key));
      Session session =
          client
              .connect(inbox, request, refusal)
              .get(CONNECT_PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return new Channel(client, session, inbox);
    } catch (Exception e) {
      stop(client);
      throw whyNot(e, refusal);
    }
  }

  private static IOException whyNot(Exception e, Refusal refusal) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    Throwable cause = e instanceof ExecutionException ? cause(e) : e;
    if (cause instanceof UpgradeException upgrade && upgrade.getResponseStatusCode() > 0) {
      throw Refusals.of(upgrade.getResponseStatusCode(), refusal.body());
    }
    return switch (cause) {
      case TimeoutException _ ->
          new IOException("no answer within " + CONNECT_PATIENCE.toSeconds() + " s", e);
      case IOException io -> io;
      default -> new IOException(String.valueOf(cause.getMessage()), e);
    };
  }

  private static Throwable cause(Exception e) {
    return Optional.ofNullable(e.getCause()).orElse(e);
  }

  private static WebSocketClient client(Endpoint endpoint) {
    HttpClient http =
        switch (endpoint) {
          case Endpoint.Tcp _ -> new HttpClient();
          case Endpoint.UnixSocket(var path) -> new UnixHttpClient(new Transport.TCPUnix(path));
        };
    WebSocketClient client = new WebSocketClient(http);
    client.setIdleTimeout(SILENCE);
    client.setMaxBinaryMessageSize(LONGEST_MESSAGE);
    client.setMaxTextMessageSize(LONGEST_MESSAGE);
    return client;
  }

  private static URI address(Endpoint endpoint, String path) {
    String base =
        switch (endpoint) {
          case Endpoint.Tcp(URI uri) -> uri.toString().replaceFirst("^http", "ws");
          case Endpoint.UnixSocket _ -> "ws://localhost";
        };
    return URI.create(base + path);
  }

  /// Waits for the next message; after [Message.Closed] there is none.
  ///
  /// @throws IOException where the connection broke
  public Message receive() throws IOException {
    try {
      while (true) {
        Optional<Arrival> arrival = inbox.next(PING_AFTER);
        if (arrival.isPresent()) {
          return taken(arrival.get());
        }
        // Keeps what lies between from closing a silent connection, and tells a dead one.
        session.sendPing(ByteBuffer.allocate(0), Callback.NOOP);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private Message taken(Arrival arrival) throws IOException {
    return switch (arrival) {
      case Arrival.Broken(Throwable why) -> throw broken(why);
      case Arrival.Came(Message message) -> {
        if (!(message instanceof Message.Closed)) {
          session.demand();
        }
        yield message;
      }
    };
  }

  private static IOException broken(Throwable why) {
    String reason = Optional.ofNullable(why.getMessage()).orElse("closed by the other end");
    return new IOException("the connection broke: " + reason, why);
  }

  /// Waits until it was handed to the network.
  public void send(String text) throws IOException {
    Callback.Completable sent = new Callback.Completable();
    session.sendText(text, sent);
    await(sent);
  }

  /// Waits until it was handed to the network.
  public void send(ByteBuffer bytes) throws IOException {
    Callback.Completable sent = new Callback.Completable();
    session.sendBinary(bytes, sent);
    await(sent);
  }

  private static void await(Callback.Completable sent) throws IOException {
    try {
      sent.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw broken(cause(e));
    }
  }

  /// Says that nothing more is to come; what it was opened for is not wanted any more.
  public void end() {
    Callback.Completable said = new Callback.Completable();
    session.close(StatusCode.NORMAL, "", said);
    try {
      said.get(GOODBYE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The other end is gone, and so is what there was to end.
    }
    close();
  }

  /// Ends what it was opened for, as far as that goes on.
  @Override
  public void close() {
    stop(client);
  }

  private static void stop(WebSocketClient client) {
    try {
      client.stop();
      client.getHttpClient().stop();
    } catch (Exception e) {
      // Nothing that was asked for depends on an orderly end of a connection that is given up.
    }
  }

  /// What the network brought.
  private sealed interface Arrival {
    record Came(Message message) implements Arrival {}

    record Broken(Throwable why) implements Arrival {}
  }

  /// Called by the network's threads. Public, as what calls it requires.
  public static final class Inbox implements Session.Listener {
    private final LinkedBlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

    private Optional<Arrival> next(Duration patience) throws InterruptedException {
      return Optional.ofNullable(arrivals.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void came(Message message) {
      arrivals.add(new Arrival.Came(message));
    }

    @Override
    public void onWebSocketOpen(Session session) {
      session.demand();
    }

    @Override
    public void onWebSocketText(String message) {
      came(new Message.Text(message));
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
      ByteBuffer kept = ByteBuffer.allocate(payload.remaining()).put(payload).flip();
      callback.succeed();
      came(new Message.Binary(kept));
    }

    @Override
    public void onWebSocketError(Throwable cause) {
      arrivals.add(new Arrival.Broken(cause));
    }

    @Override
    public void onWebSocketClose(int statusCode, String reason, Callback callback) {
      callback.succeed();
      came(new Message.Closed(statusCode, Optional.ofNullable(reason).orElse("")));
    }
  }

  /// Keeps what the daemon says where it does not upgrade.
  private static final class Refusal implements JettyUpgradeListener {
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    @Override
    public void onHandshakeRequest(Request request) {
      request.onResponseContent((_, bytes) -> keep(bytes));
    }

    private synchronized void keep(ByteBuffer bytes) {
      byte[] piece = new byte[bytes.remaining()];
      bytes.get(piece);
      body.writeBytes(piece);
    }

    synchronized String body() {
      return body.toString(StandardCharsets.UTF_8);
    }
  }

  /// Every request through one socket.
  @SuppressWarnings("try") // Jetty's own close() may be interrupted; we stop it instead.
  private static final class UnixHttpClient extends HttpClient {
    private final Transport transport;

    UnixHttpClient(Transport transport) {
      this.transport = transport;
    }

    @Override
    public Request newRequest(URI uri) {
      return super.newRequest(uri).transport(transport);
    }
  }
}
