package torpor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import torpor.wire.WireJson;
import torpor.wire.instance.Instance;
import torpor.wire.instance.InstanceSnapshot;
import torpor.wire.instance.PortMapping;
import torpor.wire.instance.SnapshotSchedule;

@Timeout(30)
class ForkApiTest {
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

  private HttpResponse<String> fork(String body) throws Exception {
    return server.post("/v1/instances/web/fork", body);
  }

  private static Instance instance(HttpResponse<String> answer) {
    return TestServer.instance(answer, 201);
  }

  private static List<Instance> all(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return List.of(WireJson.read(answer.body(), Instance[].class));
  }

  @Test
  void aRunningSourceIsOnlySnapshottedWhenThatIsSaid() throws Exception {
    Instance web = server.run("web");
    HttpResponse<String> refused = fork("{\"name\":\"copy\"}");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(TestServer.problem(refused).remediation()).contains("from_running");
    Instance copy = instance(fork("{\"name\":\"copy\",\"from_running\":true}"));
    assertThat(copy.state()).isEqualTo("Running");
    assertThat(copy.network().ip()).isNotEqualTo(web.network().ip());
    assertThat(copy.forkedFrom()).contains("snap_" + web.id().substring("inst_".length()) + "_1");
    Instance source = WireJson.read(server.get("/v1/instances/web").body(), Instance.class);
    assertThat(source.state()).isEqualTo("Running");
  }

  @Test
  void severalForksAreAnsweredAsAList() throws Exception {
    server.run("web");
    List<Instance> five = all(fork("{\"name\":\"web\",\"count\":5,\"from_running\":true}"));
    assertThat(five)
        .extracting(Instance::name)
        .containsExactly("web-1", "web-2", "web-3", "web-4", "web-5");
    assertThat(five).extracting(Instance::state).containsOnly("Running");
    assertThat(five).extracting(Instance::forkedFrom).containsOnly(five.getFirst().forkedFrom());
    assertThat(all(fork("{\"names\":[\"x\",\"y\"],\"snapshot\":1}")))
        .extracting(Instance::name)
        .containsExactly("x", "y");
  }

  @Test
  void aForkEndsUpAsItsSourceIsUnlessSaid() throws Exception {
    server.run("web");
    server.post("/v1/instances/web/standby", "");
    assertThat(instance(fork("{\"name\":\"a\"}")).state()).isEqualTo("Standby");
    assertThat(instance(fork("{\"name\":\"b\",\"target_state\":\"Running\"}")).state())
        .isEqualTo("Running");
    assertThat(instance(fork("{\"name\":\"c\",\"target_state\":\"Stopped\"}")).state())
        .isEqualTo("Stopped");
  }

  @Test
  void portsStayTheSourcesAndTagsAreItsOwnWhereGiven() throws Exception {
    server.post(
        "/v1/instances?wait=true",
        "{\"name\":\"web\",\"image\":\"nginx:alpine\",\"ports\":[\"8080:80\"],\"ttl\":\"1h\","
            + "\"tags\":{\"a\":\"b\"}}");
    Instance copy = instance(fork("{\"name\":\"copy\",\"from_running\":true}"));
    assertThat(copy.ports()).isEmpty();
    assertThat(copy.expiresAt()).isEmpty();
    assertThat(copy.tags()).containsEntry("a", "b");
    Instance published =
        instance(fork("{\"name\":\"copy2\",\"snapshot\":1,\"ports\":[\"8081:80\"],\"tags\":{}}"));
    assertThat(published.ports()).extracting(PortMapping::hostPort).containsExactly(8081);
    assertThat(published.tags()).isEmpty();
  }

  @Test
  void whatCannotBeForkedIsRefusedAndNothingIsLeft() throws Exception {
    server.run("web");
    assertField(fork("{\"count\":2}"), 400, "name");
    assertField(fork("{\"name\":\"a\",\"count\":0}"), 400, "count");
    assertField(fork("{\"name\":\"A\"}"), 400, "name");
    assertField(fork("{\"names\":[\"a\",\"a\"]}"), 400, "names");
    assertField(fork("{\"names\":[\"a\",\"-\"]}"), 400, "names[1]");
    assertField(fork("{\"name\":\"a\",\"target_state\":\"Paused\"}"), 400, "target_state");
    assertField(fork("{\"name\":\"a\",\"count\":2,\"ports\":[\"1:1\"]}"), 400, "ports");
    assertField(fork("{\"names\":[\"a\",\"web\"],\"from_running\":true}"), 409, "name");
    assertField(fork("{\"name\":\"a\",\"snapshot\":7}"), 404, "snapshot");
    server.post("/v1/instances/web/snapshots", "");
    server.post("/v1/instances/web/snapshots", "");
    assertField(fork("{\"name\":\"a\",\"snapshot\":1}"), 409, "snapshot");
    assertThat(server.node.instances().list(Set.of())).hasSize(1);
    assertThat(instance(fork("{\"name\":\"a\",\"snapshot\":1,\"allow_older\":true}")).state())
        .isEqualTo("Running");
  }

  private static void assertField(HttpResponse<String> answer, int status, String field) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(TestServer.problem(answer).field()).contains(field);
  }

  @Test
  void whenOneOfSeveralCannotBeMadeNoneIsLeft() throws Exception {
    server.run("web");
    HttpResponse<String> answer = fork("{\"name\":\"web\",\"count\":100,\"from_running\":true}");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(TestServer.problem(answer).code()).isEqualTo("capacity.exhausted");
    for (torpor.core.instance.Instance left : server.node.instances().list(Set.of())) {
      server.node.instances().settled(left.id(), TestServer.PATIENCE).toCompletableFuture().join();
    }
    assertThat(server.node.instances().list(Set.of())).hasSize(1);
  }

  @Test
  void snapshotsAreTakenNamedListedForkedAndDeleted() throws Exception {
    server.run("web");
    HttpResponse<String> answer =
        server.post("/v1/instances/web/snapshots", "{\"kind\":\"Standby\",\"name\":\"first\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    InstanceSnapshot snapshot = WireJson.read(answer.body(), InstanceSnapshot.class);
    assertThat(snapshot.name()).contains("first");
    assertThat(snapshot.sourceInstanceName()).isEqualTo("web");
    assertThat(snapshot.newest()).isTrue();
    HttpResponse<String> again = server.post("/v1/instances/web/snapshots", "{\"name\":\"first\"}");
    assertField(again, 409, "name");
    HttpResponse<String> disks =
        server.post("/v1/instances/web/snapshots", "{\"kind\":\"Stopped\"}");
    assertField(disks, 501, "kind");
    assertThat(server.get("/v1/snapshots?name=first").body()).contains(snapshot.id());
    assertThat(server.get("/v1/snapshots?name=other").body()).isEqualTo("[]");
    assertThat(server.get("/v1/instances/web/snapshots").body()).contains(snapshot.id());
    assertThat(server.get("/v1/instances/web/snapshots/first").body()).contains(snapshot.id());
    Instance copy =
        instance(server.post("/v1/snapshots/" + snapshot.id() + "/fork", "{\"name\":\"copy\"}"));
    assertThat(copy.forkedFrom()).contains(snapshot.id());
    assertThat(server.delete("/v1/snapshots/" + snapshot.id()).statusCode()).isEqualTo(204);
    assertThat(server.get("/v1/snapshots/" + snapshot.id()).statusCode()).isEqualTo(404);
    assertThat(server.get("/v1/snapshots/nonsense").statusCode()).isEqualTo(404);
  }

  @Test
  void aScheduleIsSetShownChangedAndEnded() throws Exception {
    server.run("web");
    String path = "/v1/instances/web/snapshot-schedule";
    for (HttpResponse<String> none : List.of(server.get(path), server.delete(path))) {
      assertThat(none.statusCode()).isEqualTo(404);
      assertThat(TestServer.problem(none).code()).isEqualTo("schedule.not_found");
    }
    HttpResponse<String> set =
        server.put(path, "{\"interval\":\"24h\",\"retention\":{\"max_count\":3}}");
    assertThat(set.statusCode()).as(set.body()).isEqualTo(200);
    SnapshotSchedule schedule = WireJson.read(set.body(), SnapshotSchedule.class);
    assertThat(schedule.nextRunAt()).isEqualTo(schedule.createdAt().plus(Duration.ofDays(1)));
    assertThat(schedule.lastRunAt()).isEmpty();
    HttpResponse<String> kept =
        server.put(path, "{\"interval\":\"1d\",\"retention\":{\"max_age\":\"7d\"}}");
    assertThat(WireJson.read(kept.body(), SnapshotSchedule.class).nextRunAt())
        .isEqualTo(schedule.nextRunAt());
    assertThat(server.get(path).body()).isEqualTo(kept.body());
    assertThat(server.delete(path).statusCode()).isEqualTo(204);
    assertThat(server.get(path).statusCode()).isEqualTo(404);
  }

  @Test
  void aScheduleThatCannotBeIsRefusedByField() throws Exception {
    server.run("web");
    String keeps = ",\"retention\":{\"max_count\":3}";
    assertUnset("{\"interval\":\"59s\"" + keeps + "}", "interval");
    assertUnset("{\"retention\":{\"max_count\":3}}", "interval");
    assertUnset("{\"interval\":\"1h\"}", "retention");
    assertUnset("{\"interval\":\"1h\",\"retention\":{}}", "retention");
    assertUnset("{\"interval\":\"1h\",\"retention\":{\"max_count\":0}}", "retention.max_count");
    assertUnset("{\"interval\":\"1h\",\"retention\":{\"max_age\":\"1s\"}}", "retention.max_age");
    assertUnset("{\"interval\":\"1h\",\"name_prefix\":\"-a\"" + keeps + "}", "name_prefix");
    assertUnset(
        "{\"interval\":\"1h\",\"name_prefix\":\"" + "a".repeat(48) + "\"" + keeps + "}",
        "name_prefix");
    assertUnset(
        "{\"interval\":\"1h\",\"metadata\":{\"a\":\"\\u0000\"}" + keeps + "}", "metadata.a");
  }

  private void assertUnset(String body, String field) throws Exception {
    assertField(server.put("/v1/instances/web/snapshot-schedule", body), 400, field);
    assertThat(server.get("/v1/instances/web/snapshot-schedule").statusCode()).isEqualTo(404);
  }

  @Test
  void aSnapshotThatAnInstanceSleepsOnIsNotDeleted() throws Exception {
    server.run("web");
    server.post("/v1/instances/web/standby", "");
    HttpResponse<String> refused = server.delete("/v1/instances/web/snapshots/1");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(TestServer.problem(refused).detail()).contains("web");
  }
}
