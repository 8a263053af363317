package torpor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import torpor.wire.WireJson;
import torpor.wire.host.Resources;
import torpor.wire.image.Image;
import torpor.wire.instance.Instance;

/// Images, resources and capabilities over HTTP, and the output of instances.
@Timeout(30)
class ImageApiTest {
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

  private static final String NGINX = "{\"name\":\"nginx:alpine\"}";
  private static final String PATH = "/v1/images/docker.io/library/nginx:alpine";

  private static Image image(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return WireJson.read(answer.body(), Image.class);
  }

  @Test
  void anImageIsAskedForAndThenThere() throws Exception {
    CompletableFuture<Void> pull = server.node.images.hold();
    Image begun = image(server.post("/v1/images", NGINX), 202);
    assertThat(begun.status()).isEqualTo("pulling");
    assertThat(begun.percent()).contains(40);
    pull.complete(null);
    Image there = image(server.post("/v1/images", NGINX), 200);
    assertThat(there.status()).isEqualTo("ready");
    assertThat(image(server.get(PATH), 200).digest()).startsWith("sha256:");
    assertThat(image(server.get(PATH.replace("/library/", "%2Flibrary%2F")), 200).name())
        .isEqualTo("docker.io/library/nginx:alpine");
    assertThat(server.get("/v1/images").body()).startsWith("[{\"name\":\"docker.io/library");
  }

  @Test
  void oneThatFailedSaysWhyAndIsTriedAgain() throws Exception {
    Image failed = image(server.post("/v1/images", "{\"name\":\"missing:1\"}"), 202);
    assertThat(failed.status()).isEqualTo("failed");
    assertThat(failed.error()).hasValueSatisfying(why -> assertThat(why).contains("manifest"));
    assertThat(image(server.post("/v1/images", "{\"name\":\"missing:1\"}"), 202).status())
        .isEqualTo("failed");
    HttpResponse<String> bad = server.post("/v1/images", "{\"name\":\"NO IMAGE\"}");
    assertThat(TestServer.problem(bad).code()).isEqualTo("image.invalid");
  }

  @Test
  void aFetchCanBeFollowed() throws Exception {
    CompletableFuture<Void> pull = server.node.images.hold();
    HttpRequest.Builder request =
        server
            .request("/v1/images")
            .header("Accept", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(NGINX));
    try (Lines lines = server.stream(request)) {
      assertThat(lines.next()).contains("\"type\":\"progress\"", "\"status\":\"pulling\"");
      pull.complete(null);
      String last = lines.next();
      while (last.contains("\"type\":\"progress\"")) {
        last = lines.next();
      }
      assertThat(last).contains("\"type\":\"image\"", "\"status\":\"ready\"");
    }
  }

  @Test
  void oneThatIsUsedStays() throws Exception {
    server.run("web");
    HttpResponse<String> refused = server.delete(PATH);
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(TestServer.problem(refused).code()).isEqualTo("image.in_use");
    assertThat(server.post("/v1/images/prune", "").body()).contains("\"deleted\":[]");
    server.delete("/v1/instances/web");
    assertThat(server.post("/v1/images/prune", "{\"keep\":\"10GB\"}").body())
        .contains("\"freed_bytes\":0");
    assertThat(server.post("/v1/images/prune", "").body()).contains("\"freed_bytes\":8388608");
    assertThat(server.get(PATH).statusCode()).isEqualTo(404);
  }

  @Test
  void resourcesTellWhoHasWhat() throws Exception {
    server.run("web");
    server.run("db");
    server.post("/v1/instances/db/standby", "");
    server.post("/v1/volumes", "{\"name\":\"data\",\"size_gb\":2}");
    Resources resources = WireJson.read(server.get("/v1/resources").body(), Resources.class);
    assertThat(resources.cpu().capacity()).isEqualTo(32);
    assertThat(resources.cpu().effectiveLimit()).isEqualTo(64);
    assertThat(resources.cpu().oversubRatio()).isEqualTo(2.0);
    assertThat(resources.cpu().allocated()).isEqualTo(1);
    assertThat(resources.memory().allocated()).isEqualTo(256L << 20);
    assertThat(resources.disk().allocated()).isEqualTo(22L << 30);
    assertThat(resources.disk().oversubRatio()).isEqualTo(1.0);
    assertThat(resources.diskBreakdown().overlaysBytes()).isEqualTo(20L << 30);
    assertThat(resources.diskBreakdown().volumesBytes()).isEqualTo(2L << 30);
    assertThat(resources.network().allocated()).isEqualTo(2);
    assertThat(resources.allocations())
        .extracting(Resources.Allocation::instanceName)
        .containsExactly("web", "db");
  }

  private Path console(Instance instance) throws Exception {
    Path file = directory.resolve(instance.id()).resolve("console.log");
    Files.createDirectories(file.getParent());
    return file;
  }

  @Test
  void logsAreEventsWhoseDataIsJsonAndGoOnThroughStandby() throws Exception {
    Path file = console(server.run("web"));
    Files.writeString(file, "one\n\"two\"\n");
    assertThat(server.get("/v1/instances/web/logs?tail=1").body()).isEqualTo("\"two\"\n");
    HttpRequest.Builder request =
        server.request("/v1/instances/web/logs?follow=true").header("Accept", "text/event-stream");
    try (Lines lines = server.stream(request)) {
      assertThat(lines.event()).containsExactly("id: 4", "event: log", "data: \"one\"");
      assertThat(lines.event()).containsExactly("id: 10", "event: log", "data: \"\\\"two\\\"\"");
      server.post("/v1/instances/web/standby", "");
      server.post("/v1/instances/web/restore", "");
      Files.writeString(file, "three\n", StandardOpenOption.APPEND);
      assertThat(lines.event()).contains("data: \"three\"");
      server.post("/v1/instances/web/stop", "");
      assertThat(lines.event()).isEmpty();
    }
    assertThat(server.get("/v1/instances/web/logs?source=vmm").statusCode()).isEqualTo(501);
    assertThat(server.get("/v1/instances/web/logs?source=x").statusCode()).isEqualTo(400);
  }
}
