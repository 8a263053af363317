package torpor.runtime.qemu;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import torpor.core.definition.JsonText;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;
import torpor.core.snapshot.Token;
import torpor.engine.guest.GuestCalls;

/// Stands for the daemon's guest API: takes `POST /jobs/{id}/checkpoint` with the token as its
/// body, and answers it once a machine was restored for that token. Until then the call stays open,
/// as when the job falls asleep.
final class HttpGuestApi implements AutoCloseable {
  private static final String PATH = "/jobs/";

  /// Larger than what the proxy and the guest hold of a connection: all of it must arrive.
  private static final String ANSWER = "x".repeat(300_000) + "restored";

  private final HttpServer server;
  private final Map<JobId, GuestCalls> guests = new ConcurrentHashMap<>();
  private final Set<Token> restored = ConcurrentHashMap.newKeySet();

  private HttpGuestApi(HttpServer server) {
    this.server = server;
  }

  static HttpGuestApi open() throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpGuestApi api = new HttpGuestApi(HttpServer.create(any, 0));
    api.server.createContext(PATH, api::handle);
    api.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    api.server.start();
    return api;
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  /// A program that makes the call, over and over until it is answered, and then ends with 7.
  JsonText caller(JobId job) {
    String call = "busybox wget -q -O /answer --post-data token-1 $TORPOR_API_URL/checkpoint";
    String script =
        "until "
            + call
            + "; do sleep 0.1; done; [ $(busybox wc -c < /answer) = "
            + ANSWER.length()
            + " ] && [ $(busybox tail -c 8 /answer) = restored ] && exit 7";
    String url = "http://127.0.0.1:" + address().getPort() + PATH + job.ulid();
    return new JsonText(
        """
        {"image": "busybox", "command": ["sh", "-c", "%s"], "env": {"TORPOR_API_URL": "%s"}}
        """
            .formatted(script, url));
  }

  void serve(JobId job, GuestCalls guest) {
    guests.put(job, guest);
  }

  void restored(Token token) {
    restored.add(token);
  }

  private void handle(HttpExchange call) throws IOException {
    Token token =
        new Token(new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    if (restored.contains(token)) {
      call.sendResponseHeaders(200, ANSWER.length());
      try (OutputStream body = call.getResponseBody()) {
        body.write(ANSWER.getBytes(StandardCharsets.UTF_8));
      }
      return;
    }
    String job = call.getRequestURI().getPath().substring(PATH.length()).split("/", 2)[0];
    GuestCalls guest = guests.get(new JobId(job));
    if (guest == null) {
      call.sendResponseHeaders(404, -1);
      return;
    }
    var _ =
        guest.checkpoint(
            new JobId(job),
            new JobEvent.CheckpointAsked(
                Optional.empty(), token, Optional.empty(), Optional.empty()));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
