package torpor.daemon.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import torpor.wire.WireJson;
import torpor.wire.instance.Instance;
import torpor.wire.instance.InstanceSnapshot;
import torpor.wire.instance.InstanceWait;

/// A caller that drives instances of one image. Thread-safe.
///
/// @param image by name
record Instances(Client client, String image) {
  static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration ONE_TRY = Duration.ofSeconds(10);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(ONE_TRY).build();

  /// The body that asks for one with a port of the host's loopback.
  String wish(String name, Optional<Integer> port) {
    return """
    {"name":"%s","image":%s,"cmd":["%s"],"size":"128MB","overlay_size":"64MB",\
    "ports":[%s],"wait":true}\
    """
        .formatted(
            name,
            WireJson.write(image),
            MachineImage.PROGRAM,
            port.map(host -> "\"" + host + ":80\"").orElse(""));
  }

  Instance create(String name, Optional<Integer> port) {
    client.post("/v1/instances?timeout=50s", wish(name, port)).as(Instance.class);
    return await(name, "Running");
  }

  /// Asks for what is in the path, and waits until the instance is where that leads to.
  Instance put(String name, String verb, String state) {
    Client.Answer answer = client.post("/v1/instances/%s/%s?timeout=50s".formatted(name, verb), "");
    if (!answer.good()) {
      throw new AssertionError("%s of %s refused: %s".formatted(verb, name, answer));
    }
    return await(name, state);
  }

  List<Instance> fork(String source, String name, int count) {
    String body =
        "{\"name\":\"%s\",\"count\":%d,\"from_running\":true,\"target_state\":\"Running\"}"
            .formatted(name, count);
    Client.Answer answer = client.post("/v1/instances/%s/fork?timeout=50s".formatted(source), body);
    return List.of(answer.as(Instance[].class)).stream()
        .map(fork -> await(fork.name(), "Running"))
        .toList();
  }

  Instance show(String name) {
    return client.get("/v1/instances/" + name).as(Instance.class);
  }

  List<Instance> list() {
    return List.of(client.get("/v1/instances").as(Instance[].class));
  }

  List<InstanceSnapshot> snapshots(String name) {
    return List.of(client.get("/v1/instances/" + name + "/snapshots").as(InstanceSnapshot[].class));
  }

  Instance await(String name, String state) {
    InstanceWait wait =
        client
            .get("/v1/instances/%s/wait?timeout=50s&state=%s".formatted(name, state))
            .as(InstanceWait.class);
    Instance instance = show(name);
    if (!wait.state().equals(state)) {
      throw new AssertionError("%s did not become %s: %s".formatted(name, state, instance));
    }
    return instance;
  }

  /// Waits until nothing is under way any more.
  void awaitSettled() {
    Awaitility.await("every instance has settled")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() ->
            list().stream()
                .allMatch(it -> it.operation().isEmpty() && it.state().equals(it.desiredState())));
  }

  /// Waits until it is gone.
  void delete(String name) {
    client.delete("/v1/instances/" + name);
    Awaitility.await(name + " is gone")
        .atMost(PATIENCE)
        .until(() -> list().stream().noneMatch(it -> it.name().equals(name)));
  }

  void deleteAll() {
    list().forEach(instance -> client.delete("/v1/instances/" + instance.name()));
    Awaitility.await("all deleted").atMost(PATIENCE).until(() -> list().isEmpty());
  }

  /// What the machine behind a published port remembers; insists until its program serves.
  static MachineImage.Memory ask(int port) {
    return ask("127.0.0.1:" + port);
  }

  /// The same by the address by which the host reaches it.
  static MachineImage.Memory ask(Instance instance) {
    return ask(instance.network().ip().orElseThrow() + ":80");
  }

  private static MachineImage.Memory ask(String authority) {
    return Awaitility.await(authority + " answers")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> MachineImage.Memory.read(page(authority)), _ -> true);
  }

  /// One connection, without insisting.
  static MachineImage.Memory askOnce(int port) throws IOException, InterruptedException {
    return MachineImage.Memory.read(page("127.0.0.1:" + port));
  }

  /// Who a machine is, by the address by which the host reaches it.
  static MachineImage.Self self(Instance instance) throws IOException, InterruptedException {
    String authority = instance.network().ip().orElseThrow() + ":80";
    return MachineImage.Self.read(page(authority, MachineImage.SELF));
  }

  private static String page(String authority) throws IOException, InterruptedException {
    return page(authority, MachineImage.PAGE);
  }

  static String page(String authority, String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + authority + path)).timeout(ONE_TRY).build();
    HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(authority + " answered " + answer.statusCode());
    }
    return answer.body();
  }
}
