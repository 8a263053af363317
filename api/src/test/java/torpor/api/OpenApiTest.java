package torpor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import torpor.api.OpenApi.Operation;
import torpor.api.fake.SampleJobs;
import torpor.core.instance.Instance;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.job.JobId;

/// Holds the description and the server together: neither says anything the other does not do.
@Timeout(20)
class OpenApiTest {
  private static final OpenApi API = OpenApi.load();

  @TempDir static Path directory;
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void forget() {
    server.jobs.clear();
    server.definitions.clear();
    for (Instance left : server.node.instances().list(Set.of())) {
      server.ask(left.id(), new InstanceEvent.ProtectAsked(false));
      server.ask(left.id(), new InstanceEvent.DeleteAsked());
    }
    server
        .node
        .volumes()
        .list()
        .forEach(left -> server.node.volumes().delete(left.id()).toCompletableFuture().join());
  }

  @Test
  void everyRouteIsDocumentedAndEveryDocumentedRouteServed() {
    List<String> served =
        server.server.routes().stream()
            .map(route -> route.method().name() + " " + spelt(route.path()))
            .toList();
    List<String> documented = API.operations().stream().map(Operation::toString).toList();
    assertThat(documented).containsExactlyInAnyOrderElementsOf(served);
  }

  /// Javalin writes a parameter that may have slashes in it `<name>`.
  private static String spelt(String path) {
    return path.replace('<', '{').replace('>', '}');
  }

  @Test
  void operationIdsAreUnique() {
    assertThat(API.operations().stream().map(Operation::id)).doesNotHaveDuplicates();
  }

  @Test
  void theServedDescriptionIsThisOne() throws Exception {
    assertThat(server.get("/openapi.yaml").body()).startsWith("openapi: 3.1.0");
  }

  static Stream<String> mediaTypes() {
    return API.mediaTypePointers().stream();
  }

  @ParameterizedTest
  @MethodSource("mediaTypes")
  void everyExampleFitsItsSchema(String pointer) {
    JsonNode mediaType = API.at(pointer);
    assertThat(mediaType.path("examples").size()).isPositive();
    for (JsonNode example : mediaType.path("examples")) {
      assertThat(API.faults(pointer + "/schema", example.path("value").toString())).isEmpty();
    }
  }

  /// One request as documented.
  record Example(Operation operation, Optional<String> body) {
    @Override
    public String toString() {
      return operation + body.map(text -> " " + text).orElse("");
    }
  }

  static Stream<Example> examples() {
    return API.operations().stream().flatMap(OpenApiTest::examples);
  }

  private static Stream<Example> examples(Operation operation) {
    JsonNode body = API.followed(operation.node().path("requestBody"));
    List<Example> examples = new ArrayList<>();
    for (JsonNode example : body.path("content").path("application/json").path("examples")) {
      examples.add(new Example(operation, Optional.of(example.path("value").toString())));
    }
    if (!body.path("required").asBoolean(false)) {
      examples.add(new Example(operation, Optional.empty()));
    }
    return examples.stream();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleIsAnsweredAsDocumented(Example example) throws Exception {
    JobId job = server.spawn();
    prepare(job, example.operation().id());
    HttpResponse<String> answer = server.send(request(example));
    String status = Integer.toString(answer.statusCode());
    JsonNode responses = example.operation().node().path("responses");
    if (responses.has("101")) {
      assertThat(answer.body()).contains("Upgrade: websocket");
      return;
    }
    if (!responses.has("501")) {
      assertThat(status).as(answer.body()).startsWith("2");
    }
    JsonNode documented = responses.path(status);
    assertThat(documented.isMissingNode()).as("status %s is documented", status).isFalse();
    assertBody(API.followed(documented), pointerOf(example.operation(), status), answer);
  }

  private static String pointerOf(Operation operation, String status) {
    String pointer = operation.pointer() + "/responses/" + status;
    JsonNode reference = API.at(pointer).path("$ref");
    return reference.isMissingNode() ? pointer : reference.asString().substring(1);
  }

  private static void assertBody(JsonNode response, String pointer, HttpResponse<String> answer) {
    if (!response.has("content")) {
      assertThat(answer.body()).isEmpty();
      return;
    }
    String type =
        answer.headers().firstValue("content-type").orElse("none").replaceFirst(";.*", "");
    assertThat(response.path("content").has(type)).as("%s is documented", type).isTrue();
    if (type.endsWith("json")) {
      String schema = pointer + "/content/" + OpenApi.escaped(type) + "/schema";
      assertThat(API.faults(schema, answer.body())).as(answer.body()).isEmpty();
    }
    response
        .path("headers")
        .propertyNames()
        .forEach(name -> assertThat(answer.headers().firstValue(name)).as(name).isPresent());
  }

  /// The state in which the call makes sense.
  private static void prepare(JobId job, String operation) throws Exception {
    Consumer<torpor.core.job.JobState> become = state -> server.jobs.put(job, state);
    switch (operation) {
      case "wakeJob", "getJob", "awaitState" -> become.accept(SampleJobs.suspended());
      case "retryJob" -> become.accept(SampleJobs.failed());
      case "getResult", "getResultUnversioned" -> become.accept(SampleJobs.completed());
      case "guestUnlock", "guestUnlockBySecret" ->
          server.guests.lock(
              job,
              new torpor.core.job.JobEvent.LockAsked(
                  Optional.empty(),
                  "2b1f0c1e-7d0a-4f9e-8a57-0d2f6c1b7f10",
                  java.time.Duration.ofMinutes(1)));
      case "listKeys" -> server.post("/v1/keys", "{\"name\":\"k\"}");
      default -> prepareInstance(operation);
    }
  }

  private static void prepareInstance(String operation) throws Exception {
    server.run("web");
    switch (operation) {
      case "deleteImage" -> server.delete("/v1/instances/web");
      case "startInstance" -> server.post("/v1/instances/web/stop", "");
      case "resumeInstance" -> server.post("/v1/instances/web/pause", "");
      case "restoreInstance" -> server.post("/v1/instances/web/standby", "");
      case "restoreSnapshot" -> server.post("/v1/instances/web/standby", "");
      case "forkSnapshot",
          "getSnapshot",
          "deleteSnapshot",
          "listAllSnapshots",
          "getInstanceSnapshot",
          "deleteInstanceSnapshot",
          "listInstanceSnapshots" ->
          server.post("/v1/instances/web/snapshots", "");
      case "getSnapshotSchedule", "deleteSnapshotSchedule" ->
          server.put(
              "/v1/instances/web/snapshot-schedule",
              "{\"interval\":\"1h\",\"retention\":{\"max_count\":24}}");
      default -> prepareVolume(operation);
    }
  }

  private static void prepareVolume(String operation) throws Exception {
    if (operation.endsWith("Volume") || operation.contains("VolumeSnapshot")) {
      server.post("/v1/volumes", "{\"name\":\"data\",\"size_gb\":1}");
      server.post("/v1/volumes/data/snapshots", "");
    }
    switch (operation) {
      case "attachVolume" -> server.post("/v1/instances/web/stop", "");
      case "detachVolume" -> {
        server.post("/v1/instances/web/stop", "");
        server.post("/v1/instances/web/volumes/data", "{\"mount_path\":\"/data\"}");
      }
      default -> {}
    }
  }

  /// The ids of snapshots have those of their instances in them.
  private static String existing(String parameter, String value) {
    return parameter.equals("snapshot") && value.startsWith("snap_")
        ? value.replaceFirst(
            "[^_]{26}", server.node.instances().list(Set.of()).getFirst().id().ulid())
        : value;
  }

  private static HttpRequest.Builder request(Example example) {
    Operation operation = example.operation();
    String path = operation.path();
    StringBuilder query = new StringBuilder();
    for (JsonNode parameter : API.parameters(operation)) {
      String name = parameter.path("name").asString();
      String value = existing(name, parameter.path("example").asString(""));
      switch (parameter.path("in").asString()) {
        case "path" -> path = path.replace("{" + name + "}", value);
        case "query" -> {
          if (!value.isEmpty()) {
            query.append(query.isEmpty() ? '?' : '&').append(name).append('=').append(value);
          }
        }
        default -> {}
      }
    }
    HttpRequest.Builder request = server.request(path + query);
    if (isGuestByHeader(operation)) {
      request.header("Authorization", "Bearer " + TestServer.secretOf(SampleJobs.id(0)));
    }
    return request.method(
        operation.method(),
        example
            .body()
            .map(HttpRequest.BodyPublishers::ofString)
            .orElseGet(HttpRequest.BodyPublishers::noBody));
  }

  private static boolean isGuestByHeader(Operation operation) {
    return operation.node().path("security").path(0).has("guestToken");
  }

  static Stream<Operation> operations() {
    return API.operations().stream();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void everyOperationThatCanRefuseSaysSo(Operation operation) {
    assertThat(operation.node().path("responses").path("default").path("$ref").asString())
        .isEqualTo("#/components/responses/Problem");
  }

  @Test
  void refusalsFitTheDocumentedProblem() throws Exception {
    for (String path : List.of("/v1/jobs/job_zz", "/v1/jobs?limit=0", "/nowhere")) {
      assertThat(API.faults("/components/schemas/Problem", server.get(path).body())).isEmpty();
    }
  }
}
