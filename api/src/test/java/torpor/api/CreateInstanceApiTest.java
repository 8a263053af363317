package torpor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import torpor.wire.WireJson;
import torpor.wire.instance.Instance;
import torpor.wire.instance.InstanceProgress;
import torpor.wire.instance.InstanceWait;

/// An instance is asked for over HTTP: answered at once, waited for, or followed; on the real
/// engine.
@Timeout(30)
class CreateInstanceApiTest {
  @TempDir Path directory;
  private TestServer server;

  @BeforeEach
  void start() {
    server = new TestServer(directory);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static final String WEB = "{\"name\":\"web\",\"image\":\"nginx:alpine\"}";

  @Test
  void aCreateIsAnsweredAtOnceAndGoesOnByItself() throws Exception {
    CompletableFuture<Void> pull = server.node.images.hold();
    HttpResponse<String> answer = server.post("/v1/instances", WEB);
    Instance begun = TestServer.instance(answer, 201);
    assertThat(answer.headers().firstValue("Location")).contains("/v1/instances/" + begun.id());
    assertThat(begun.state()).isEqualTo("Creating");
    assertThat(begun.desiredState()).isEqualTo("Running");
    assertThat(begun.operation()).contains("create");
    assertThat(begun.operationStep()).contains("image");
    pull.complete(null);
    InstanceWait waited =
        WireJson.read(
            server.get("/v1/instances/web/wait?state=Running&timeout=20s").body(),
            InstanceWait.class);
    assertThat(waited.state()).isEqualTo("Running");
    assertThat(waited.timedOut()).isFalse();
    Instance running = server.shown("web");
    assertThat(running.operation()).isEmpty();
    assertThat(running.network().ip()).contains("10.213.0.2");
    assertThat(running.imageDigest()).isPresent();
    assertThat(running.startedAt()).isPresent();
  }

  @Test
  void whoWaitsGetsTheEnd() throws Exception {
    assertThat(TestServer.instance(server.post("/v1/instances?wait=true", WEB), 201).state())
        .isEqualTo("Running");
    String waiting = "{\"name\":\"b\",\"image\":\"nginx:alpine\",\"wait\":true}";
    assertThat(TestServer.instance(server.post("/v1/instances", waiting), 201).state())
        .isEqualTo("Running");
    HttpResponse<String> failed =
        server.post("/v1/instances?wait=true", "{\"name\":\"c\",\"image\":\"missing:1\"}");
    assertThat(failed.statusCode()).isEqualTo(422);
    assertThat(TestServer.problem(failed).code()).isEqualTo("image.failed");
    Instance left = server.shown("c");
    assertThat(left.state()).isEqualTo("Failed");
    assertThat(left.stateError()).hasValueSatisfying(why -> assertThat(why).startsWith("image: "));
    assertThat(left.lastFailure().orElseThrow().operation()).isEqualTo("create");
  }

  @Test
  void aCreateCanBeFollowedLineByLine() throws Exception {
    CompletableFuture<Void> pull = server.node.images.hold();
    HttpRequest.Builder request =
        server
            .request("/v1/instances")
            .header("Accept", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(WEB));
    try (Lines lines = server.stream(request)) {
      InstanceProgress pulling = progress(lines);
      while (pulling.image().filter(image -> image.percent().isPresent()).isEmpty()) {
        pulling = progress(lines);
      }
      assertThat(pulling.type()).isEqualTo("progress");
      assertThat(pulling.step()).contains("image");
      assertThat(pulling.image().orElseThrow().status()).isEqualTo("pulling");
      assertThat(pulling.image().orElseThrow().percent()).contains(40);
      pull.complete(null);
      InstanceProgress last = progress(lines);
      while (last.type().equals("progress")) {
        last = progress(lines);
      }
      assertThat(last.type()).isEqualTo("instance");
      assertThat(last.instance().orElseThrow().state()).isEqualTo("Running");
      assertThat(lines.next()).isEqualTo("<end>");
    }
  }

  private static InstanceProgress progress(Lines lines) throws Exception {
    return WireJson.read(lines.next(), InstanceProgress.class);
  }

  @Test
  void aCreateFollowedInEventsThatFailsEndsWithItsProblem() throws Exception {
    HttpRequest.Builder request =
        server
            .request("/v1/instances")
            .header("Accept", "text/event-stream")
            .POST(
                HttpRequest.BodyPublishers.ofString("{\"name\":\"web\",\"image\":\"missing:1\"}"));
    try (Lines lines = server.stream(request)) {
      List<String> event = lines.event();
      while (event.contains("event: progress")) {
        event = lines.event();
      }
      assertThat(event).contains("event: problem");
      assertThat(event.getLast()).startsWith("data: {").contains("image.failed");
    }
  }

  @Test
  void aBadRequestIsRefusedBeforeAStreamBegins() throws Exception {
    HttpRequest.Builder request =
        server
            .request("/v1/instances")
            .header("Accept", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"-\",\"image\":\"a\"}"));
    HttpResponse<String> answer = server.send(request);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(TestServer.problem(answer).field()).contains("name");
  }

  @Test
  void theSameKeyCreatesOnceAndAnotherRequestWithItIsRefused() throws Exception {
    Instance first =
        TestServer.instance(server.post("/v1/instances", WEB, "Idempotency-Key", "k1"), 201);
    Instance second =
        TestServer.instance(server.post("/v1/instances", WEB, "Idempotency-Key", "k1"), 201);
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(server.instances("")).hasSize(1);
    HttpResponse<String> other =
        server.post(
            "/v1/instances",
            "{\"name\":\"b\",\"image\":\"nginx:alpine\"}",
            "Idempotency-Key",
            "k1");
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(TestServer.problem(other).code()).isEqualTo("idempotency.key_reused");
  }

  @Test
  void aNameAndAPortBelongToOne() throws Exception {
    server.run("web");
    HttpResponse<String> name = server.post("/v1/instances", WEB);
    assertThat(name.statusCode()).isEqualTo(409);
    assertThat(TestServer.problem(name).code()).isEqualTo("name.taken");
    assertThat(name.headers().firstValue("X-Should-Retry")).contains("false");
    String publishing = "{\"name\":\"%s\",\"image\":\"nginx:alpine\",\"ports\":[\"8080:80\"]}";
    assertThat(server.post("/v1/instances", publishing.formatted("a")).statusCode()).isEqualTo(201);
    HttpResponse<String> port = server.post("/v1/instances", publishing.formatted("b"));
    assertThat(port.statusCode()).isEqualTo(409);
    assertThat(TestServer.problem(port).code()).isEqualTo("port.taken");
  }

  @Test
  void whatADaemonWithoutRoomCannotHaveIsRefusedWithTheReason() throws Exception {
    HttpResponse<String> full =
        server.post("/v1/instances", "{\"name\":\"big\",\"image\":\"nginx:alpine\",\"vcpus\":65}");
    assertThat(full.statusCode()).isEqualTo(503);
    assertThat(TestServer.problem(full).code()).isEqualTo("capacity.exhausted");
    assertThat(TestServer.problem(full).detail())
        .contains("65 asked for")
        .contains("machines.cpus allows 64");
  }
}
