package torpor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.api.TestServer.problem;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.wire.Definition;
import torpor.wire.DefinitionPage;
import torpor.wire.RuntimeList;
import torpor.wire.WireJson;

@Timeout(20)
class DefinitionApiTest {
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

  @Test
  void aDefinitionOfCheckersIsTakenAsItIs() throws Exception {
    HttpResponse<String> answer =
        server.post(
            "/definitions",
            """
            {"name":"hello","version":"1","runtime_type":"wasm","config":{"module":"x","n":1.10},
             "retry_policy":{"max_retries":2,"retry_delay":"5s"},"metadata":{"team":"a"}}
            """);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    Definition definition = WireJson.read(answer.body(), Definition.class);
    assertThat(definition.runtime()).isEqualTo("wasm");
    assertThat(definition.config().text()).isEqualTo("{\"module\":\"x\",\"n\":1.10}");
    assertThat(definition.retryPolicy().maxAttempts()).isEqualTo(3);
    assertThat(definition.retryPolicy().backoff().kind()).isEqualTo("fixed");
    assertThat(definition.retryPolicy().backoff().initial()).contains(Duration.ofSeconds(5));
    assertThat(definition.metadata()).containsEntry("team", "a");
  }

  @Test
  void whatIsLeftOutHasItsDefault() throws Exception {
    Definition definition =
        WireJson.read(
            server
                .post(
                    "/v1/definitions",
                    """
                    {"name":"a","version":"1","runtime":"wasm","timeout":"2d",
                     "retry_policy":{"backoff":{"kind":"exponential","initial":"10m"},
                                     "on":["exited"],"from":"start"}}
                    """)
                .body(),
            Definition.class);
    assertThat(definition.timeout()).contains(Duration.ofDays(2));
    assertThat(definition.keepSnapshots()).isEqualTo(2);
    assertThat(definition.config().text()).isEqualTo("{}");
    assertThat(definition.retryPolicy().maxAttempts()).isEqualTo(3);
    assertThat(definition.retryPolicy().on()).containsExactly("exited");
    assertThat(definition.retryPolicy().from()).isEqualTo("start");
    assertThat(definition.retryPolicy().backoff().cap()).contains(Duration.ofMinutes(10));
  }

  @Test
  void theSameAgainIsAnsweredAndOtherContentRefused() throws Exception {
    String one = "{\"name\":\"a\",\"version\":\"1\",\"runtime\":\"wasm\"}";
    String first = server.post("/v1/definitions", one).body();
    assertThat(server.post("/v1/definitions", one).body()).isEqualTo(first);
    HttpResponse<String> other =
        server.post("/v1/definitions", one.replace("}", ",\"config\":{\"b\":1}}"));
    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(problem(other).code()).isEqualTo("definition.exists");
  }

  @Test
  void aVersionIsShownByNumberAndTheNewestAsLatest() throws Exception {
    add("a", "1");
    add("a", "2");
    assertThat(version("/v1/definitions/a/1")).isEqualTo("1");
    assertThat(version("/v1/definitions/a/latest")).isEqualTo("2");
    assertThat(version("/v1/definitions/a/@latest")).isEqualTo("2");
    HttpResponse<String> none = server.get("/v1/definitions/b/latest");
    assertThat(none.statusCode()).isEqualTo(404);
    assertThat(problem(none).code()).isEqualTo("definition.not_found");
  }

  @Test
  void aNameMayContainSlashes() throws Exception {
    add("team/crawler", "1");
    assertThat(version("/v1/definitions/team%2Fcrawler/1")).isEqualTo("1");
  }

  @Test
  void versionsAreRemovedByNumberOnly() throws Exception {
    add("a", "1");
    assertThat(problem(server.delete("/v1/definitions/a/latest")).field()).contains("version");
    assertThat(server.delete("/v1/definitions/a/1").statusCode()).isEqualTo(204);
    assertThat(server.delete("/v1/definitions/a/1").statusCode()).isEqualTo(404);
  }

  @Test
  void listsAreInOrderAndGoOn() throws Exception {
    add("b", "1");
    add("a", "1");
    add("a", "2");
    DefinitionPage first = page("/v1/definitions?limit=2");
    assertThat(first.definitions())
        .extracting(d -> d.name() + d.version())
        .containsExactly("a1", "a2");
    DefinitionPage rest = page("/v1/definitions?cursor=" + first.nextCursor().orElseThrow());
    assertThat(rest.definitions()).extracting(Definition::name).containsExactly("b");
    assertThat(rest.nextCursor()).isEmpty();
    assertThat(page("/v1/definitions?name=a").definitions()).hasSize(2);
  }

  @Test
  void runtimesAreReportedWithWhatIsMissing() throws Exception {
    RuntimeList list = WireJson.read(server.get("/v1/runtimes").body(), RuntimeList.class);
    assertThat(list.runtimes().get(0).available()).isTrue();
    assertThat(list.runtimes().get(1).problems().getFirst().remedy())
        .isEqualTo("apt install podman");
  }

  @Test
  void anUnknownRuntimeIsTheEnginesRefusal() throws Exception {
    HttpResponse<String> answer =
        server.post("/v1/definitions", "{\"name\":\"a\",\"version\":\"1\",\"runtime\":\"qemu\"}");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(problem(answer).code()).isEqualTo("runtime.unknown");
    assertThat(problem(answer).field()).contains("runtime");
  }

  @Test
  void readinessSaysWhyNot() throws Exception {
    assertThat(server.get("/readyz").body()).isEqualTo("{\"status\":\"ok\",\"problems\":[]}");
    server.troubles = List.of("the qemu runtime did not answer");
    assertThat(server.get("/readyz").statusCode()).isEqualTo(200);
    assertThat(server.get("/readyz").body())
        .isEqualTo("{\"status\":\"degraded\",\"problems\":[\"the qemu runtime did not answer\"]}");
    server.notReady =
        Optional.of(Refusal.of(RefusalCode.STORE_UNAVAILABLE, "No store", "Start it."));
    HttpResponse<String> not = server.get("/readyz");
    assertThat(not.statusCode()).isEqualTo(503);
    assertThat(problem(not).detail()).isEqualTo("No store");
    assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void metricsCountRequestsByRouteAndNeverByPath() throws Exception {
    server.get("/s/geheim/jobs/x/params");
    server.get("/v1/jobs");
    String metrics = server.get("/metrics").body();
    assertThat(metrics)
        .contains("torpor_jobs{state=\"suspended\"} 12.0")
        .contains("torpor_jobs{state=\"running\"} 0.0")
        .contains("torpor_commits_total 5.0")
        .contains("torpor_wake_lateness_seconds_total 7.0")
        .contains("jvm_memory_used_bytes")
        .contains("torpor_http_request_seconds_bucket")
        .contains(
            "torpor_http_requests_total{method=\"GET\",route=\"/v1/jobs\",status=\"200\"} 1.0")
        .contains("route=\"/s/{secret}/jobs/{id}/params\",status=\"401\"")
        .doesNotContain("geheim");
  }

  private void add(String name, String version) throws Exception {
    HttpResponse<String> answer =
        server.post(
            "/v1/definitions",
            "{\"name\":\"" + name + "\",\"version\":\"" + version + "\",\"runtime\":\"wasm\"}");
    assertThat(answer.statusCode()).isEqualTo(201);
  }

  private String version(String path) throws Exception {
    HttpResponse<String> answer = server.get(path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return WireJson.read(answer.body(), Definition.class).version();
  }

  private DefinitionPage page(String path) throws Exception {
    return WireJson.read(server.get(path).body(), DefinitionPage.class);
  }
}
