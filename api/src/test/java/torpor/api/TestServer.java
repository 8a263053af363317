package torpor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import torpor.api.access.KeyStore;
import torpor.api.fake.FakeDefinitions;
import torpor.api.fake.FakeGuests;
import torpor.api.fake.FakeJobs;
import torpor.api.instance.MachinePorts;
import torpor.api.node.NodeStatus;
import torpor.core.instance.InstanceId;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.job.JobId;
import torpor.core.job.JobPhase;
import torpor.core.refusal.Refusal;
import torpor.engine.instance.Capacity;
import torpor.engine.store.ApiKey;
import torpor.engine.store.JobCounts;
import torpor.testkit.instance.FakeNode;
import torpor.wire.KeyCreated;
import torpor.wire.ProblemDetails;
import torpor.wire.WireJson;
import torpor.wire.instance.Instance;

/// A server on a free port with fakes behind it, and a client for it.
final class TestServer implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
  static final Duration PATIENCE = Duration.ofSeconds(10);
  static final ApiSettings.Limits LIMITS =
      new ApiSettings.Limits(
          256 << 10,
          8 << 10,
          16 << 10,
          4 << 10,
          8 << 10,
          64,
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(20),
          Duration.ofMillis(200),
          Duration.ofSeconds(2));

  final FakeDefinitions definitions = new FakeDefinitions();
  final FakeJobs jobs = new FakeJobs(definitions);
  final FakeGuests guests = new FakeGuests();
  final KeyList keys = new KeyList();
  final FakeNode node = new FakeNode();
  volatile Optional<Refusal> notReady = Optional.empty();
  volatile List<String> troubles = List.of();
  final ApiServer server;
  final int port;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  TestServer(Path directory) {
    this(directory, settings());
  }

  TestServer(Path directory, ApiSettings settings) {
    NodeStatus status =
        new NodeStatus() {
          @Override
          public Optional<Refusal> notReady() {
            return notReady;
          }

          @Override
          public List<String> troubles() {
            return troubles;
          }

          @Override
          public CompletionStage<JobCounts> counts() {
            return CompletableFuture.completedFuture(
                new JobCounts(Map.of(JobPhase.SUSPENDED, 12L)));
          }
        };
    ApiPorts ports =
        new ApiPorts(
            jobs,
            definitions,
            guests,
            (job, secret) -> secret.equals(secretOf(job)),
            keys,
            job -> directory.resolve(job.toString()).resolve("console.log"),
            status,
            Optional.of(machines(directory)));
    server = new ApiServer(ports, settings, Clock.fixed(NOW, ZoneOffset.UTC));
    port = server.start();
  }

  private MachinePorts machines(Path directory) {
    return new MachinePorts(
        node.instances(),
        node.volumes(),
        node.images,
        Optional.of(node.sessions),
        node.networks::outside,
        instance -> directory.resolve(instance.toString()).resolve("console.log"),
        new MachinePorts.HostResources() {
          @Override
          public Optional<String> unlimited() {
            return Optional.empty();
          }

          @Override
          public Capacity has() {
            return new Capacity(32, 64L << 30, 4L << 40);
          }

          @Override
          public Capacity limit() {
            return FakeNode.CAPACITY;
          }

          @Override
          public int slots() {
            return node.networks.slots();
          }

          @Override
          public int slotsTaken() {
            return node.slots.taken();
          }
        });
  }

  static ApiSettings settings() {
    return new ApiSettings(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        Optional.empty(),
        false,
        LIMITS);
  }

  /// As usual, but nobody may wait for long.
  static ApiSettings impatient() {
    ApiSettings.Limits usual = LIMITS;
    return new ApiSettings(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        Optional.empty(),
        false,
        new ApiSettings.Limits(
            usual.bodyBytes(),
            usual.paramsBytes(),
            usual.outputBytes(),
            usual.signalBytes(),
            usual.headerBytes(),
            usual.connections(),
            usual.idle(),
            Duration.ofMillis(200),
            Duration.ofMillis(300),
            Duration.ofMillis(100),
            usual.stopWithin()));
  }

  static String secretOf(JobId job) {
    return "secret-of-" + job.ulid();
  }

  /// Adds the definition `hello` and spawns a job of it.
  JobId spawn() throws IOException, InterruptedException {
    post("/v1/definitions", "{\"name\":\"hello\",\"version\":\"1\",\"runtime\":\"wasm\"}");
    HttpResponse<String> answer =
        post("/v1/jobs", "{\"definition_name\":\"hello\",\"params\":{\"a\":1}}");
    return JobId.parse(WireJson.read(answer.body(), torpor.wire.JobCreated.class).jobId());
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(PATIENCE);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = request(path).POST(HttpRequest.BodyPublishers.ofString(body));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  /// Asks the engine, without HTTP between.
  void ask(InstanceId id, InstanceEvent.FromCaller event) {
    node.instances().askAndWait(id, event, PATIENCE).toCompletableFuture().join();
  }

  HttpResponse<String> patch(String path, String body) throws IOException, InterruptedException {
    return send(request(path).method("PATCH", HttpRequest.BodyPublishers.ofString(body)));
  }

  /// An API key that works.
  String key() throws IOException, InterruptedException {
    String answer = post("/v1/keys", "{\"name\":\"test\"}").body();
    return WireJson.read(answer, KeyCreated.class).key();
  }

  /// An instance that runs.
  Instance run(String name) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        post(
            "/v1/instances?wait=true",
            "{\"name\":\"%s\",\"image\":\"nginx:alpine\"}".formatted(name));
    if (answer.statusCode() != 201) {
      throw new IllegalStateException(answer.body());
    }
    return WireJson.read(answer.body(), Instance.class);
  }

  HttpResponse<String> put(String path, String body) throws IOException, InterruptedException {
    return send(request(path).PUT(HttpRequest.BodyPublishers.ofString(body)));
  }

  HttpResponse<String> delete(String path) throws IOException, InterruptedException {
    return send(request(path).DELETE());
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  WebSocket connect(String path, WebSocket.Listener listener) {
    URI address = URI.create("ws://127.0.0.1:" + port + path);
    return client.newWebSocketBuilder().buildAsync(address, listener).join();
  }

  Lines stream(HttpRequest.Builder request) throws IOException, InterruptedException {
    return new Lines(client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
  }

  /// The instance in an answer of this status.
  static Instance instance(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return WireJson.read(answer.body(), Instance.class);
  }

  Instance shown(String instance) throws Exception {
    return instance(get("/v1/instances/" + instance), 200);
  }

  /// @param query with its question mark, or empty
  List<Instance> instances(String query) throws Exception {
    return List.of(WireJson.read(get("/v1/instances" + query).body(), Instance[].class));
  }

  static ProblemDetails problem(HttpResponse<String> answer) {
    return WireJson.read(answer.body(), ProblemDetails.class);
  }

  @Override
  public void close() {
    server.close();
    client.close();
    node.close();
  }

  static final class KeyList implements KeyStore {
    final List<ApiKey> keys = new CopyOnWriteArrayList<>();

    @Override
    public CompletionStage<Void> add(ApiKey key) {
      keys.add(key);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<List<ApiKey>> all() {
      return CompletableFuture.completedFuture(List.copyOf(keys));
    }

    @Override
    public CompletionStage<Boolean> remove(String id) {
      return CompletableFuture.completedFuture(keys.removeIf(key -> key.id().equals(id)));
    }
  }
}
