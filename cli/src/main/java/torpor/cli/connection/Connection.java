package torpor.cli.connection;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.FileEntity;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.Timeout;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;

/// A way to one daemon. Every method waits for the answer, and throws [CommandFailure] where there
/// is none or it is a refusal. Thread-safe.
public final class Connection implements AutoCloseable {
  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(90);
  private static final int ATTEMPTS = 3;

  private final Endpoint endpoint;
  private final Optional<String> apiKey;
  private final CloseableHttpClient client;
  private final URI base;

  private Connection(
      Endpoint endpoint, Optional<String> apiKey, CloseableHttpClient client, URI base) {
    this.endpoint = endpoint;
    this.apiKey = apiKey;
    this.client = client;
    this.base = base;
  }

  /// Connects only when the first request is made.
  public static Connection to(Endpoint endpoint, Optional<String> apiKey) {
    RequestConfig.Builder request =
        RequestConfig.custom().setResponseTimeout(timeout(ANSWER_PATIENCE));
    URI base =
        switch (endpoint) {
          case Endpoint.Tcp(URI uri) -> uri;
          case Endpoint.UnixSocket(var path) -> {
            request.setUnixDomainSocket(path);
            yield URI.create("http://localhost");
          }
        };
    CloseableHttpClient client =
        HttpClients.custom()
            .setDefaultRequestConfig(request.build())
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setDefaultConnectionConfig(
                        ConnectionConfig.custom()
                            .setConnectTimeout(timeout(CONNECT_PATIENCE))
                            .build())
                    .build())
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableCookieManagement()
            .disableAuthCaching()
            .build();
    return new Connection(endpoint, apiKey, client, base);
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  public Answer get(String path) {
    return send("GET", path, Optional.empty());
  }

  /// The answer; empty where the daemon refuses with this code.
  public Optional<Answer> getUnless(String code, String path) {
    try {
      return Optional.of(get(path));
    } catch (CommandFailure refused) {
      if (refused.code().equals(code)) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  public Answer delete(String path) {
    return send("DELETE", path, Optional.empty());
  }

  /// The status; 204 also where the daemon refuses with this code, since it is gone then.
  public int deleteUnlessGone(String code, String path) {
    try {
      return delete(path).status();
    } catch (CommandFailure refused) {
      if (refused.code().equals(code)) {
        return 204;
      }
      throw refused;
    }
  }

  /// @param json the body
  public Answer post(String path, String json) {
    return send("POST", path, Optional.of(json));
  }

  /// @param json the body
  public Answer put(String path, String json) {
    return send("PUT", path, Optional.of(json));
  }

  /// One request under one idempotency key, repeated where the connection broke before the answer.
  private Answer send(String method, String path, Optional<String> json) {
    String key = UUID.randomUUID().toString();
    for (int attempt = 1; ; attempt++) {
      HttpUriRequestBase request = request(method, path);
      request.setHeader("Accept", "application/json");
      if (method.equals("POST")) {
        request.setHeader("Idempotency-Key", key);
      }
      json.ifPresent(
          text -> request.setEntity(new StringEntity(text, ContentType.APPLICATION_JSON)));
      try {
        return client.execute(HttpHost.create(base), request, Connection::answer);
      } catch (IOException e) {
        if (attempt == ATTEMPTS || e instanceof ConnectException || isMissingSocket()) {
          throw unreachable(e);
        }
      }
    }
  }

  /// Posts a file's content as it is, once: it may be too large to be sent again.
  ///
  /// @param patience until the answer, after all was sent
  public Answer postFile(String path, Path file, String mediaType, Duration patience) {
    HttpUriRequestBase request = request("POST", path);
    request.setHeader("Accept", "application/json");
    request.setConfig(streamConfig(patience));
    request.setEntity(new FileEntity(file.toFile(), ContentType.create(mediaType)));
    try {
      return client.execute(HttpHost.create(base), request, Connection::answer);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  /// Posts, and reads the answer a line at a time (`application/x-ndjson`) as it comes. Where the
  /// connection breaks, all is asked again under the same idempotency key.
  ///
  /// @param patience with the time between two lines
  /// @param onLine each line; may throw to end it
  public void postFollowed(String path, String json, Duration patience, Consumer<String> onLine) {
    String key = UUID.randomUUID().toString();
    for (int attempt = 1; ; attempt++) {
      HttpUriRequestBase request = request("POST", path);
      request.setHeader("Accept", "application/x-ndjson");
      request.setHeader("Idempotency-Key", key);
      request.setConfig(streamConfig(patience));
      request.setEntity(new StringEntity(json, ContentType.APPLICATION_JSON));
      try {
        client.execute(
            HttpHost.create(base),
            request,
            response -> {
              eachLine(response, onLine);
              return key;
            });
        return;
      } catch (IOException e) {
        if (attempt == ATTEMPTS || e instanceof ConnectException || isMissingSocket()) {
          throw unreachable(e);
        }
      }
    }
  }

  private static void eachLine(ClassicHttpResponse response, Consumer<String> onLine)
      throws IOException {
    if (response.getCode() >= 300) {
      throw Refusals.of(response.getCode(), body(response));
    }
    try (var lines =
        new BufferedReader(
            new InputStreamReader(response.getEntity().getContent(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          onLine.accept(line);
        }
      }
    }
  }

  /// Opens a WebSocket; the caller closes it.
  ///
  /// @param path with its query
  public Channel channel(String path) {
    try {
      return Channel.open(endpoint, apiKey, path);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  /// Opens a stream of server-sent events; the caller closes it.
  ///
  /// @param lastEventId where to go on
  /// @throws IOException where the daemon cannot be reached or the connection breaks
  public EventStream events(String path, Optional<String> lastEventId, Duration patience)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return open(path, lastEventId, patience);
      } catch (IOException e) {
        // A connection kept from before may be one to a daemon that is gone.
        if (attempt == ATTEMPTS || e instanceof ConnectException || isMissingSocket()) {
          throw e;
        }
      }
    }
  }

  private EventStream open(String path, Optional<String> lastEventId, Duration patience)
      throws IOException {
    HttpUriRequestBase request = request("GET", path);
    request.setHeader("Accept", "text/event-stream");
    request.setConfig(streamConfig(patience));
    lastEventId.ifPresent(id -> request.setHeader("Last-Event-ID", id));
    ClassicHttpResponse response = client.executeOpen(HttpHost.create(base), request, null);
    if (response.getCode() != 200) {
      try (response) {
        throw Refusals.of(response.getCode(), body(response));
      }
    }
    // Closing the response alone would wait for the end of a stream that has none.
    return new EventStream(response.getEntity().getContent(), request::abort);
  }

  private RequestConfig streamConfig(Duration patience) {
    RequestConfig.Builder config = RequestConfig.custom().setResponseTimeout(timeout(patience));
    if (endpoint instanceof Endpoint.UnixSocket(var path)) {
      config.setUnixDomainSocket(path);
    }
    return config.build();
  }

  private HttpUriRequestBase request(String method, String path) {
    HttpUriRequestBase request = new HttpUriRequestBase(method, URI.create(base + path));
    apiKey.ifPresent(key -> request.setHeader("Authorization", "Bearer " + key));
    return request;
  }

  private static Answer answer(ClassicHttpResponse response) throws IOException {
    String body = body(response);
    if (response.getCode() >= 300) {
      throw Refusals.of(response.getCode(), body);
    }
    return new Answer(response.getCode(), body);
  }

  private static String body(ClassicHttpResponse response) throws IOException {
    if (response.getEntity() == null) {
      return "";
    }
    try {
      return EntityUtils.toString(response.getEntity(), StandardCharsets.UTF_8);
    } catch (org.apache.hc.core5.http.ParseException e) {
      throw new IOException("the answer's content type cannot be read", e);
    }
  }

  /// A Unix socket that is not there is told by another exception than a closed port.
  private boolean isMissingSocket() {
    return endpoint instanceof Endpoint.UnixSocket(var path) && !Files.exists(path);
  }

  /// What is said where the daemon does not answer.
  public CommandFailure unreachable(IOException e) {
    return new CommandFailure(
            ExitCode.UNAVAILABLE,
            "no daemon answers at " + endpoint,
            String.valueOf(e.getMessage()),
            "start one with `torpor serve`, or name another with --host or TORPOR_HOST")
        .causedBy(e);
  }

  private static Timeout timeout(Duration duration) {
    return Timeout.of(duration);
  }

  @Override
  public void close() {
    client.close(org.apache.hc.core5.io.CloseMode.IMMEDIATE);
  }
}
