package torpor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumeCommandsTest {
  private static final String DATA =
      """
      {"id": "vol_01jd0000000000000000000000", "name": "data", "state": "ready",
       "created_at": "2026-11-20T10:00:00Z", "size_gb": 10, "size_bytes": 10737418240,
       "attachments": [{"instance_id": "inst_1", "instance_name": "web", "mount_path": "/data",
         "readonly": true, "overlay": false, "held": false}],
       "snapshots": [], "tags": {}}\
      """;

  @TempDir Path directory;
  private final FakeDaemon daemon = new FakeDaemon();

  @AfterEach
  void stop() {
    daemon.close();
  }

  private CommandLineRun run(String commandLine) {
    return CommandLineRun.of(daemon, commandLine.split(" "));
  }

  @Test
  void aVolumeIsAskedForInGigabytes() {
    daemon.answer("POST /v1/volumes", 201, DATA);

    CommandLineRun made = run("volume create data --size 10GB");
    assertThat(made.out()).startsWith("vol_").hasLineCount(1);
    assertThat(made.err()).isEqualTo("data is ready\n");
    assertThat(daemon.onlyAsked("POST").body())
        .isEqualTo("{\"name\":\"data\",\"size_gb\":10,\"tags\":{}}");
  }

  @Test
  void anArchiveIsSentAsItIs() throws IOException {
    Path archive = Files.writeString(directory.resolve("site.tar.gz"), "bytes");
    daemon.answer("POST /v1/volumes/from-archive", 201, DATA);

    assertThat(run("volume create data --size 1GB --archive " + archive).exitCode())
        .isEqualTo(ExitCode.OK);
    FakeDaemon.Asked asked = daemon.onlyAsked("POST");
    assertThat(asked.target()).endsWith("?name=data&size_gb=1");
    assertThat(asked.body()).isEqualTo("bytes");
    assertThat(asked.header("idempotency-key")).isEmpty();
  }

  @Test
  void aSnapshotIsNamedByItsVolumeAndPerhapsItsMachine() {
    daemon.answer("POST /v1/volumes", 201, DATA);

    run("volume create old --from data --snapshot 3 --of web");
    assertThat(daemon.onlyAsked("POST").body())
        .contains("\"source\":{\"volume_id\":\"data\",\"snapshot\":\"3\",\"instance\":\"web\"}");
  }

  @Test
  void theListSaysWhichMachinesHaveIt() {
    daemon.answer("GET /v1/volumes", 200, "[" + DATA + "]");

    assertThat(run("volume ls").out()).contains("data", "10GB", "ready", "web:/data:ro (stopped)");
  }

  @Test
  void itIsAttachedAndDetached() {
    daemon.answer("POST /v1/instances/web/volumes/data", 200, "{}");
    daemon.answer("DELETE /v1/instances/web/volumes/data", 200, "{}");

    assertThat(run("volume attach data web:/data:overlay").err()).isEqualTo("attached data\n");
    assertThat(daemon.onlyAsked("POST").body())
        .isEqualTo("{\"mount_path\":\"/data\",\"readonly\":true,\"overlay\":true}");
    assertThat(run("volume detach data web").err()).isEqualTo("detached data\n");
  }

  @Test
  void aSnapshotIsTakenAndRemoved() {
    daemon.answer(
        "POST /v1/volumes/data/snapshots",
        201,
        "{\"number\": 1, \"size_bytes\": 1, \"created_at\": \"2026-11-20T10:00:00Z\"}");
    daemon.answer("DELETE /v1/volumes/data/snapshots/before", 204, "");

    run("volume snapshot data --name before");
    assertThat(daemon.onlyAsked("POST").body()).isEqualTo("{\"name\":\"before\"}");
    assertThat(run("volume rm data --snapshot before").err())
        .isEqualTo("removed snapshot before of data\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          volume create data --size 1500MB      | whole number of gigabytes
          volume create data                    | needs --size
          volume create data --from x           | --snapshot
          volume create a --size 1GB --archive /none | cannot be read
          volume resize data --size 1MB         | whole number of gigabytes
          volume attach data web                | NAME:/PATH
          """)
  void whatCannotBeIsSaidBeforeAnybodyIsAsked(String typed, String message) {
    CommandLineRun run = run(typed);
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains(message);
  }
}
