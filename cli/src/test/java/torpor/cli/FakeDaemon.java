package torpor.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// A daemon that answers every request as scripted, and remembers what it was asked.
public final class FakeDaemon implements AutoCloseable {

  /// @param target path and query as sent
  /// @param headers by lower-case name
  public record Asked(String method, String target, Map<String, String> headers, String body) {
    public String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /// How one request is answered.
  interface Reaction {
    void to(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final Map<String, Deque<Reaction>> script = new HashMap<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  public FakeDaemon() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// Answers the next request for `route`; the last answer scripted stays.
  ///
  /// @param route method and path, such as `GET /v1/jobs`
  public FakeDaemon answer(String route, int status, String body) {
    return react(route, exchange -> send(exchange, status, "application/json", body));
  }

  public FakeDaemon refuse(String route, int status, String code, String detail, String remedy) {
    String body =
        """
        {"type": "about:blank", "title": "Refused", "status": %d, "detail": "%s", "code": "%s",
         "remediation": "%s", "retryable": false}\
        """
            .formatted(status, detail, code, remedy);
    return react(route, exchange -> send(exchange, status, "application/problem+json", body));
  }

  /// Sends events and then breaks the connection off, as a daemon that is killed does.
  public FakeDaemon stream(String route, String events) {
    return react(
        route,
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(events.getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
        });
  }

  /// Sends events and ends the stream in good order.
  public FakeDaemon wholeStream(String route, String events) {
    return react(route, exchange -> send(exchange, 200, "text/event-stream", events));
  }

  /// Breaks the connection off before any answer.
  public FakeDaemon hangUp(String route) {
    return react(
        route,
        exchange -> {
          exchange.sendResponseHeaders(200, 1_000_000);
          exchange.getResponseBody().write('{');
        });
  }

  private FakeDaemon react(String route, Reaction reaction) {
    script.computeIfAbsent(route, _ -> new ArrayDeque<>()).add(reaction);
    return this;
  }

  public List<Asked> asked() {
    return asked;
  }

  public List<String> targets() {
    return asked.stream().map(a -> a.method() + " " + a.target()).toList();
  }

  public Asked onlyAsked(String method) {
    return asked.stream().filter(a -> a.method().equals(method)).reduce((_, last) -> last).get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    Map<String, String> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
    asked.add(
        new Asked(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            headers,
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    String route = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    Optional<Deque<Reaction>> reactions = Optional.ofNullable(script.get(route));
    try (exchange) {
      if (reactions.isEmpty()) {
        send(exchange, 404, "text/plain", "nothing is scripted for " + route);
      } else {
        Deque<Reaction> left = reactions.get();
        (left.size() > 1 ? left.removeFirst() : left.getFirst()).to(exchange);
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
