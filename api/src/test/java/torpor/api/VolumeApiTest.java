package torpor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import torpor.core.instance.volume.VolumeId;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.wire.ProblemDetails;
import torpor.wire.WireJson;
import torpor.wire.instance.Instance;
import torpor.wire.volume.Volume;
import torpor.wire.volume.VolumeAttachment;
import torpor.wire.volume.VolumeSnapshot;

/// Volumes over HTTP, and the volumes of instances.
@Timeout(30)
class VolumeApiTest {
  private static final String DATA = "{\"name\":\"data\",\"size_gb\":2}";
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

  private static Volume volume(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return WireJson.read(answer.body(), Volume.class);
  }

  private static ProblemDetails refused(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return TestServer.problem(answer);
  }

  private HttpResponse<String> run(String name, String mount) throws Exception {
    return server.post(
        "/v1/instances?wait=true",
        "{\"name\":\"%s\",\"image\":\"nginx:alpine\",\"volumes\":[%s]}".formatted(name, mount));
  }

  @Test
  void aVolumeIsCreatedShownListedAndDeleted() throws Exception {
    HttpResponse<String> answer = server.post("/v1/volumes", DATA);
    Volume data = volume(answer, 201);
    assertThat(answer.headers().firstValue("Location")).contains("/v1/volumes/" + data.id());
    assertThat(data.sizeGb()).isEqualTo(2);
    assertThat(data.sizeBytes()).isEqualTo(2L << 30);
    assertThat(data.state()).isEqualTo("ready");
    assertThat(volume(server.get("/v1/volumes/data"), 200)).isEqualTo(data);
    assertThat(volume(server.get("/v1/volumes/" + data.id()), 200)).isEqualTo(data);
    assertThat(WireJson.read(server.get("/v1/volumes").body(), Volume[].class))
        .containsExactly(data);
    assertThat(refused(server.post("/v1/volumes", DATA), 409).code()).isEqualTo("name.taken");
    assertThat(server.delete("/v1/volumes/data").statusCode()).isEqualTo(204);
    assertThat(refused(server.get("/v1/volumes/data"), 404).code()).isEqualTo("volume.not_found");
  }

  @Test
  void aRepeatedCreateIsAnsweredWithTheSameVolume() throws Exception {
    Volume first = volume(server.post("/v1/volumes", DATA, "Idempotency-Key", "k"), 201);
    assertThat(volume(server.post("/v1/volumes", DATA, "Idempotency-Key", "k"), 201))
        .isEqualTo(first);
    assertThat(
            refused(server.post("/v1/volumes", DATA.replace("2", "3"), "Idempotency-Key", "k"), 422)
                .code())
        .isEqualTo("idempotency.key_reused");
  }

  @Test
  void anArchiveIsTakenAsItComes() throws Exception {
    byte[] large = new byte[1 << 20];
    HttpRequest.Builder request =
        server
            .request("/v1/volumes/from-archive?name=files&size_gb=1&tags[team]=blue")
            .header("Content-Type", "application/gzip")
            .POST(HttpRequest.BodyPublishers.ofByteArray(large));
    Volume files = volume(server.send(request), 201);
    assertThat(files.tags()).containsEntry("team", "blue");
    assertThat(server.node.volumeFiles.contents.values())
        .as("more than any other body may have")
        .singleElement()
        .satisfies(content -> assertThat(content).hasSize(large.length));
  }

  @Test
  void ofAnArchiveWhoseSenderGoesAwayNothingIsLeft() throws Exception {
    String head =
        "POST /v1/volumes/from-archive?name=files&size_gb=1 HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/gzip\r\nContent-Length: 1000000\r\n\r\nthe beginning";
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
      client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      while (server.get("/v1/volumes").body().equals("[]")) {
        Thread.onSpinWait();
      }
    }
    while (!server.get("/v1/volumes").body().equals("[]")) {
      Thread.onSpinWait();
    }
    assertThat(server.node.volumeFiles.all().toCompletableFuture().join()).isEmpty();
  }

  @Test
  void aVolumeInTroubleSaysSo() throws Exception {
    Volume data = volume(server.post("/v1/volumes", DATA), 201);
    assertThat(data.trouble()).isEmpty();
    server.node.volumeFiles.fail(
        "resize", Refusal.of(RefusalCode.INTERNAL, "the disk is broken", "Mend it."));
    server.node.volumeFiles.broken.add(VolumeId.parse(data.id()));
    refused(server.post("/v1/volumes/data/resize", "{\"size_gb\":3}"), 500);
    Volume after = volume(server.get("/v1/volumes/data"), 200);
    assertThat(after.state()).isEqualTo("resizing");
    assertThat(after.trouble()).hasValueSatisfying(why -> assertThat(why).contains("Input/output"));
    assertThat(refused(server.post("/v1/volumes/data/snapshots", "{}"), 409).detail())
        .contains("Input/output");
    server.node.volumeFiles.broken.clear();
    assertThat(server.delete("/v1/volumes/data").statusCode()).isEqualTo(204);
  }

  @Test
  void whoHasAVolumeIsShownAndNamedInRefusals() throws Exception {
    Volume data = volume(server.post("/v1/volumes", DATA), 201);
    HttpResponse<String> made = run("web", "{\"volume_id\":\"data\",\"mount_path\":\"/data\"}");
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    Instance web = WireJson.read(made.body(), Instance.class);
    assertThat(web.volumes().getFirst().volumeId()).isEqualTo(data.id());
    assertThat(volume(server.get("/v1/volumes/data"), 200).attachments())
        .containsExactly(new VolumeAttachment(web.id(), "web", "/data", false, false, true));

    String reader = "{\"volume_id\":\"data\",\"mount_path\":\"/x\",\"readonly\":true}";
    ProblemDetails held = refused(run("api", reader), 409);
    assertThat(held.code()).isEqualTo("volume.in_use");
    assertThat(held.detail()).contains("web");
    assertThat(refused(server.delete("/v1/volumes/data"), 409).detail()).contains("web");
    assertThat(refused(server.post("/v1/volumes/data/resize", "{\"size_gb\":3}"), 409).detail())
        .contains("web");

    server.post("/v1/instances/web/stop", "");
    assertThat(run("api", reader).statusCode()).isEqualTo(201);
    assertThat(refused(server.delete("/v1/volumes/data"), 409).code()).isEqualTo("volume.in_use");
  }

  @Test
  void aForkHasACopyOfWhatItsSourceWrites() throws Exception {
    volume(server.post("/v1/volumes", DATA), 201);
    run("web", "{\"volume_id\":\"data\",\"mount_path\":\"/data\"}");
    HttpResponse<String> forked =
        server.post(
            "/v1/instances/web/fork",
            "{\"name\":\"copy\",\"from_running\":true,\"target_state\":\"Running\"}");
    assertThat(forked.statusCode()).as(forked.body()).isBetween(200, 299);
    Instance copy = WireJson.read(server.get("/v1/instances/copy").body(), Instance.class);
    assertThat(copy.volumes().getFirst().overlay()).contains(true);
    assertThat(volume(server.get("/v1/volumes/data"), 200).attachments())
        .extracting(VolumeAttachment::instanceName)
        .containsExactly("web");
  }

  @Test
  void volumesAreAttachedToWhatIsStopped() throws Exception {
    Volume data = volume(server.post("/v1/volumes", DATA), 201);
    server.run("web");
    String path = "/v1/instances/web/volumes/data";
    String body = "{\"mount_path\":\"/data\",\"readonly\":true}";
    assertThat(refused(server.post(path, body), 409).code()).isEqualTo("instance.state");
    server.post("/v1/instances/web/stop", "");
    HttpResponse<String> attached = server.post(path, body);
    assertThat(attached.statusCode()).as(attached.body()).isEqualTo(200);
    assertThat(WireJson.read(attached.body(), Instance.class).volumes())
        .singleElement()
        .satisfies(mount -> assertThat(mount.volumeId()).isEqualTo(data.id()));
    assertThat(refused(server.post(path, body), 400).field()).contains("mount_path");
    assertThat(server.delete(path).statusCode()).isEqualTo(200);
    assertThat(refused(server.delete(path), 404).code()).isEqualTo("volume.not_found");
  }

  @Test
  void aSnapshotIsTakenNamedAndMadeIntoAVolume() throws Exception {
    Volume data = volume(server.post("/v1/volumes", DATA), 201);
    HttpResponse<String> taken = server.post("/v1/volumes/data/snapshots", "{\"name\":\"before\"}");
    assertThat(taken.statusCode()).as(taken.body()).isEqualTo(201);
    assertThat(WireJson.read(taken.body(), VolumeSnapshot.class).name()).contains("before");
    assertThat(
            refused(server.post("/v1/volumes/data/snapshots", "{\"name\":\"before\"}"), 409)
                .field())
        .contains("name");
    Volume copy =
        volume(
            server.post(
                "/v1/volumes",
                "{\"name\":\"copy\",\"source\":{\"volume_id\":\"data\",\"snapshot\":\"before\"}}"),
            201);
    assertThat(server.node.volumeFiles.contents.values()).contains(data.id() + "/1");
    assertThat(copy.name()).isEqualTo("copy");
    assertThat(server.delete("/v1/volumes/data/snapshots/before").statusCode()).isEqualTo(204);
    assertThat(server.get("/v1/volumes/data/snapshots").body()).isEqualTo("[]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          name             | {"name":"NO","size_gb":1}
          size_gb          | {"name":"a"}
          size_gb          | {"name":"a","size_gb":0}
          size_gb          | {"name":"a","size_gb":99999}
          id               | {"name":"a","size_gb":1,"id":"mine"}
          source.volume_id | {"name":"a","source":{"volume_id":"none","snapshot":"1"}}
          """)
  void badInputIsRefusedByItsField(String field, String body) throws Exception {
    HttpResponse<String> answer = server.post("/v1/volumes", body);
    assertThat(answer.statusCode()).isBetween(400, 404);
    assertThat(TestServer.problem(answer).field()).contains(field);
    assertThat(server.get("/v1/volumes").body()).isEqualTo("[]");
  }
}
