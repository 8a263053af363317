package torpor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import torpor.core.instance.InstanceId;
import torpor.core.machine.ExitStatus;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.machine.MachineFailure;
import torpor.wire.ProblemDetails;
import torpor.wire.WireJson;
import torpor.wire.instance.Instance;
import torpor.wire.instance.InstanceWait;

/// The life of an instance over HTTP, on the real engine.
@Timeout(30)
class InstanceApiTest {
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
  void whatTakesLongerThanTheCallerWaitsIsAnsweredAsItIsAndGoesOn() throws Exception {
    CompletableFuture<Void> pull = server.node.images.hold();
    assertThat(
            TestServer.instance(server.post("/v1/instances?wait=true&timeout=10ms", WEB), 202)
                .state())
        .isEqualTo("Creating");
    pull.complete(null);
    server.get("/v1/instances/web/wait?state=Running");
    CompletableFuture<Void> snapshot = server.node.machines.hold("snapshot");
    Instance busy =
        TestServer.instance(server.post("/v1/instances/web/standby?timeout=10ms", ""), 202);
    assertThat(busy.state()).isEqualTo("Running");
    assertThat(busy.desiredState()).isEqualTo("Standby");
    assertThat(busy.operation()).contains("standby");
    assertThat(busy.operationStep()).contains("snapshot");
    HttpResponse<String> refused = server.post("/v1/instances/web/pause", "");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(TestServer.problem(refused).code()).isEqualTo("instance.busy");
    snapshot.complete(null);
    assertThat(TestServer.instance(server.post("/v1/instances/web/standby", ""), 200).state())
        .isEqualTo("Standby");
  }

  @Test
  void instancesAreFoundByNameByIdAndByTheBeginningOfAnId() throws Exception {
    Instance web = server.run("web");
    server.run("db");
    assertThat(server.shown(web.id()).name()).isEqualTo("web");
    assertThat(server.shown(web.id().substring("inst_".length())).name()).isEqualTo("web");
    assertThat(server.shown("web").id()).isEqualTo(web.id());
    HttpResponse<String> many = server.get("/v1/instances/inst_01jd");
    assertThat(many.statusCode()).isEqualTo(409);
    assertThat(TestServer.problem(many).code()).isEqualTo("instance.ambiguous");
    assertThat(server.get("/v1/instances/nobody").statusCode()).isEqualTo(404);
    assertThat(server.post("/v1/instances/nobody/stop", "").statusCode()).isEqualTo(404);
  }

  @Test
  void aListIsFilteredAndPaged() throws Exception {
    server.run("a");
    server.run("b");
    server.post("/v1/instances/b/standby", "");
    String tagged = "{\"name\":\"c\",\"image\":\"nginx:alpine\",\"tags\":{\"team\":\"blue\"}}";
    server.post("/v1/instances?wait=true", tagged);
    assertThat(server.instances("")).extracting(Instance::name).containsExactly("a", "b", "c");
    assertThat(server.instances("?state=Standby")).extracting(Instance::name).containsExactly("b");
    assertThat(server.instances("?state=Running,Standby")).hasSize(3);
    assertThat(server.instances("?tags%5Bteam%5D=blue"))
        .extracting(Instance::name)
        .containsExactly("c");
    assertThat(server.instances("?tags%5Bteam%5D=red")).isEmpty();
    HttpResponse<String> page = server.get("/v1/instances?limit=2");
    String next = page.headers().firstValue("Torpor-Next-Cursor").orElseThrow();
    assertThat(server.instances("?limit=2&cursor=" + next))
        .extracting(Instance::name)
        .containsExactly("c");
    assertThat(server.get("/v1/instances?cursor=" + next).headers().map())
        .doesNotContainKey("torpor-next-cursor");
    ProblemDetails unknown = TestServer.problem(server.get("/v1/instances?state=Runing"));
    assertThat(unknown.field()).contains("state");
    assertThat(unknown.remediation()).isEqualTo("Did you mean 'Running'?");
  }

  @Test
  void pauseResumeStopAndStart() throws Exception {
    server.run("web");
    assertThat(act("pause").state()).isEqualTo("Paused");
    assertThat(act("pause").state()).isEqualTo("Paused");
    assertThat(act("resume").state()).isEqualTo("Running");
    Instance stopped =
        TestServer.instance(server.post("/v1/instances/web/stop", "{\"grace\":\"2s\"}"), 200);
    assertThat(stopped.state()).isEqualTo("Stopped");
    assertThat(stopped.stoppedAt()).isPresent();
    assertThat(act("start").state()).isEqualTo("Running");
    HttpResponse<String> wrong = server.post("/v1/instances/web/resume", "{\"grace\":1}");
    assertThat(wrong.statusCode()).isEqualTo(200);
  }

  private Instance act(String action) throws Exception {
    return TestServer.instance(server.post("/v1/instances/web/" + action, ""), 200);
  }

  @Test
  void anOperationThatFailsIsAProblemAndStaysVisible() throws Exception {
    server.run("web");
    server.node.machines.fail(
        "snapshot",
        new MachineFailure(
            MachineFailure.Kind.NO_SPACE,
            Refusal.of(RefusalCode.NO_SPACE, "the disk is full", "Free some space.")));
    HttpResponse<String> failed = server.post("/v1/instances/web/standby", "");
    assertThat(failed.statusCode()).isEqualTo(507);
    Instance goesOn = server.shown("web");
    assertThat(goesOn.state()).isEqualTo("Running");
    assertThat(goesOn.lastFailure().orElseThrow().code()).isEqualTo("storage.full");
  }

  @Test
  void aWaitEndsWithWhatShouldHaveLedThere() throws Exception {
    server.run("web");
    CompletableFuture<Void> snapshot = server.node.machines.hold("snapshot");
    Instance busy =
        TestServer.instance(server.post("/v1/instances/web/standby?timeout=10ms", ""), 202);
    assertThat(busy.operation()).contains("standby");
    CompletableFuture<HttpResponse<String>> waiting =
        server.sendAsync(
            server.request("/v1/instances/web/wait?state=Standby&settled=true&timeout=20s"));
    server.node.machines.fail(
        "snapshot",
        new MachineFailure(
            MachineFailure.Kind.NO_SPACE,
            Refusal.of(RefusalCode.NO_SPACE, "the disk is full", "Free some space.")));
    snapshot.complete(null);
    InstanceWait failed = WireJson.read(waiting.join().body(), InstanceWait.class);
    assertThat(failed)
        .isEqualTo(new InstanceWait("Running", false, Optional.of("the disk is full")));
    InstanceWait settled =
        WireJson.read(
            server.get("/v1/instances/web/wait?state=Standby&settled=true&timeout=20s").body(),
            InstanceWait.class);
    assertThat(settled.state()).isEqualTo("Running");
    assertThat(settled.timedOut()).isFalse();
  }

  @Test
  void anotherProgramIsRunFromAStartOn() throws Exception {
    server.run("web");
    String other = "{\"entrypoint\":[\"/bin/sh\"],\"cmd\":[\"-c\",\"id\"]}";
    HttpResponse<String> running = server.post("/v1/instances/web/start", other);
    assertThat(running.statusCode()).isEqualTo(409);
    assertThat(TestServer.problem(running).remediation()).contains("Stop it first");
    act("stop");
    Instance started = TestServer.instance(server.post("/v1/instances/web/start", other), 200);
    assertThat(started.entrypoint()).contains(List.of("/bin/sh"));
    assertThat(started.cmd()).contains(List.of("-c", "id"));
    act("stop");
    assertThat(act("start").cmd()).contains(List.of("-c", "id"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Paused", "Standby", "Stopped"})
  void aRestoreEndsWhereItIsWanted(String target) throws Exception {
    server.run("web");
    act("standby");
    Instance restored =
        TestServer.instance(
            server.post("/v1/instances/web/restore", "{\"target_state\":\"%s\"}".formatted(target)),
            200);
    assertThat(restored.state()).isEqualTo(target);
    assertThat(restored.operation()).isEmpty();
    assertThat(restored.generation()).isEqualTo(2);
  }

  @Test
  void standbyAndRestoreKeepTheAddress() throws Exception {
    Instance before = server.run("web");
    Instance asleep = act("standby");
    assertThat(asleep.state()).isEqualTo("Standby");
    assertThat(asleep.hasSnapshot()).isTrue();
    Instance after = act("restore");
    assertThat(after.state()).isEqualTo("Running");
    assertThat(after.network().ip()).isEqualTo(before.network().ip());
    assertThat(after.generation()).isEqualTo(2);
  }

  @Test
  void anOlderSnapshotIsOnlyTakenUpWhenThatIsSaid() throws Exception {
    server.run("web");
    server.post("/v1/instances/web/snapshots", "{\"name\":\"old\"}");
    act("standby");
    HttpResponse<String> refused =
        server.post("/v1/instances/web/restore", "{\"snapshot\":\"old\"}");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(TestServer.problem(refused).code()).isEqualTo("snapshot.not_newest");
    assertThat(TestServer.problem(refused).remediation()).contains("allow_older");
    Instance restored =
        TestServer.instance(
            server.post("/v1/instances/web/restore", "{\"snapshot\":1,\"allow_older\":true}"), 200);
    assertThat(restored.state()).isEqualTo("Running");
    HttpResponse<String> none =
        server.post("/v1/instances/web/restore", "{\"snapshot\":\"nothing\"}");
    assertThat(none.statusCode()).isEqualTo(404);
    assertThat(TestServer.problem(none).field()).contains("snapshot");
  }

  @Test
  void aDeleteLeavesNothingAndIsRefusedWhileProtected() throws Exception {
    Instance web = server.run("web");
    assertThat(
            TestServer.instance(server.patch("/v1/instances/web", "{\"protect\":true}"), 200)
                .protect())
        .isTrue();
    HttpResponse<String> refused = server.delete("/v1/instances/web");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(TestServer.problem(refused).code()).isEqualTo("instance.protected");
    server.patch("/v1/instances/web", "{\"protect\":false}");
    assertThat(server.delete("/v1/instances/web?graceful_shutdown=true").statusCode())
        .isEqualTo(204);
    assertThat(server.get("/v1/instances/" + web.id()).statusCode()).isEqualTo(404);
    assertThat(server.delete("/v1/instances/web").statusCode()).isEqualTo(404);
  }

  @Test
  void aDeleteThatTakesLongIsAnsweredAsItIs() throws Exception {
    server.run("web");
    CompletableFuture<Void> kill = server.node.machines.hold("kill");
    Instance going =
        TestServer.instance(
            server.delete("/v1/instances/web?timeout=10ms").statusCode() == 202
                ? server.get("/v1/instances/web")
                : server.get("/v1/instances/none"),
            200);
    assertThat(going.desiredState()).isEqualTo("Deleted");
    assertThat(going.operationStep()).contains("kill");
    kill.complete(null);
    assertThat(server.delete("/v1/instances/web").statusCode()).isIn(204, 404);
  }

  @Test
  void aMachineThatEndsByItselfTellsHow() throws Exception {
    Instance web = server.run("web");
    server.node.machines.end(InstanceId.parse(web.id()), new ExitStatus.Exited(3));
    server.get("/v1/instances/web/wait?state=Stopped&timeout=10s");
    assertThat(server.shown("web").exitCode()).contains(3);
  }

  @Test
  void aWaitEndsWithItsTime() throws Exception {
    server.run("web");
    InstanceWait waited =
        WireJson.read(
            server.get("/v1/instances/web/wait?state=Standby&timeout=10ms").body(),
            InstanceWait.class);
    assertThat(waited.timedOut()).isTrue();
    assertThat(waited.state()).isEqualTo("Running");
    assertThat(TestServer.problem(server.get("/v1/instances/web/wait")).field()).contains("state");
  }
}
