package torpor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImageAndSnapshotCommandsTest {
  private final FakeDaemon daemon = new FakeDaemon();

  @AfterEach
  void stop() {
    daemon.close();
  }

  private CommandLineRun run(String commandLine) {
    return CommandLineRun.of(daemon, commandLine.split(" "));
  }

  @Test
  void aPullIsFollowedAndPrintsTheDigest() {
    daemon.answer(
        "POST /v1/images",
        200,
        "{\"type\": \"progress\", \"image\": "
            + Samples.image("pulling", "\"percent\": 50")
            + "}\n{\"type\": \"image\", \"image\": "
            + Samples.image("ready", "")
            + "}\n");

    CommandLineRun run = run("pull nginx:alpine");

    assertThat(run.out()).isEqualTo("sha256:0123456789abcdef\n");
    assertThat(run.err()).contains("nginx:alpine: 50 %", "nginx:alpine is ready");
    assertThat(daemon.onlyAsked("POST").body()).isEqualTo("{\"name\":\"nginx:alpine\"}");
  }

  @Test
  void aPullThatFailsIsARefusal() {
    daemon.answer(
        "POST /v1/images",
        200,
        "{\"type\": \"problem\", \"problem\": {\"type\": \"about:blank\", \"title\": \"Failed\","
            + " \"status\": 502, \"detail\": \"no route\", \"code\": \"image.unreachable\","
            + " \"remediation\": \"Try again.\", \"retryable\": true}}\n");

    CommandLineRun run = run("pull nginx:alpine");

    assertThat(run.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(run.err()).contains("failed [image.unreachable]", "no route", "Try again.");
  }

  @Test
  void imagesAreListedWithWhyOneFailed() {
    String failed = Samples.image("failed", "").replace("\"error\": null", "\"error\": \"gone\"");
    daemon.answer("GET /v1/images", 200, "[" + Samples.image("ready", "") + "," + failed + "]");

    CommandLineRun run = run("images");

    assertThat(run.out()).startsWith("IMAGE").contains("0123456789ab ", "1MiB", "failed");
    assertThat(run.err()).isEqualTo("docker.io/library/nginx:alpine: gone\n");
    assertThat(run("image ls").out()).isEqualTo(run.out());
  }

  @Test
  void anImageIsNamedWithItsSlashesEscaped() {
    daemon.answer("DELETE /v1/images/docker.io/library/nginx:alpine", 204, "");

    assertThat(run("image rm docker.io/library/nginx:alpine").exitCode()).isZero();
    assertThat(daemon.onlyAsked("DELETE").target())
        .isEqualTo("/v1/images/docker.io%2Flibrary%2Fnginx%3Aalpine");
  }

  @Test
  void aPruneSaysWhatItFreed() {
    daemon.answer(
        "POST /v1/images/prune",
        200,
        "{\"deleted\": [" + Samples.image("ready", "") + "], \"freed_bytes\": 1048576}");

    CommandLineRun run = run("image prune --keep 10GB");

    assertThat(run)
        .isEqualTo(new CommandLineRun(0, "docker.io/library/nginx:alpine\n", "freed 1MiB\n"));
    assertThat(daemon.onlyAsked("POST").body()).isEqualTo("{\"keep\":\"10GB\"}");
    assertThat(run("image prune --keep some").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aSnapshotIsTakenListedAndRemoved() {
    daemon
        .answer("POST /v1/instances/web/snapshots", 201, Samples.snapshot(3, "\"before\""))
        .answer("GET /v1/instances/web", 200, Samples.instance("web", "Running"))
        .answer("GET /v1/snapshots", 200, "[" + Samples.snapshot(3, "\"before\"") + "]")
        .answer("DELETE /v1/instances/web/snapshots/3", 204, "");

    CommandLineRun taken = run("snapshot create web --name before");
    assertThat(taken.out()).isEqualTo("snap_01jd0000000000000000000001_3\n");
    assertThat(daemon.onlyAsked("POST").body()).isEqualTo("{\"name\":\"before\"}");

    assertThat(run("snapshot ls web").out()).contains("3 (newest)", "before", "4KiB");
    assertThat(daemon.targets())
        .contains("GET /v1/snapshots?source_instance_id=" + Samples.INSTANCE_ID);
    assertThat(run("snapshot rm web 3").err()).isEqualTo("removed snapshot 3\n");
  }

  @Test
  void whatTheDrillFoundIsListed() {
    String good =
        Samples.snapshot(3, "null")
            .replace("\"checked_at\": null", "\"checked_at\": \"2026-11-20T06:00:00Z\"");
    String bad =
        good.replace("\"damage\": null", "\"damage\": \"'base.pages' differs\"")
            .replace("\"number\": 3", "\"number\": 4");
    daemon.answer("GET /v1/snapshots", 200, "[" + good + "," + bad + "]");

    CommandLineRun run = run("snapshot ls");

    assertThat(run.out()).contains("CHECKED", "verified ", "damaged");
    assertThat(run.err()).isEqualTo("snapshot 4 of web is damaged: 'base.pages' differs\n");
  }

  @Test
  void aScheduleIsSetShownAndEnded() {
    String schedule =
        """
        {"instance_id": "%s", "interval": "1h", "retention": {"max_count": 24}, "metadata": {},
         "created_at": "2026-11-20T05:00:00Z", "updated_at": "2026-11-20T05:00:00Z",
         "next_run_at": "2026-11-20T06:00:00Z", "last_error": "it was stopped"}\
        """
            .formatted(Samples.INSTANCE_ID);
    daemon
        .answer("PUT /v1/instances/web/snapshot-schedule", 200, schedule)
        .answer("GET /v1/instances/web/snapshot-schedule", 200, schedule)
        .answer("DELETE /v1/instances/web/snapshot-schedule", 204, "");

    CommandLineRun set = run("snapshot schedule web --every 1h --keep 24 --max-age 7d");
    assertThat(set.out()).contains("every:", "1h", "24 snapshots", "it was stopped");
    assertThat(daemon.onlyAsked("PUT").body())
        .isEqualTo(
            "{\"interval\":\"1h\",\"retention\":{\"max_age\":\"168h\",\"max_count\":24},"
                + "\"metadata\":{}}");
    assertThat(run("snapshot schedule web").out()).isEqualTo(set.out());
    assertThat(run("snapshot schedule web --off").err()).contains("no snapshots of web");

    assertThat(run("snapshot schedule web --every 10s --keep 3").err())
        .contains("--every 10s is less than a minute", "--every 1m");
    assertThat(run("snapshot schedule web --keep 24").err()).contains("--every");
    assertThat(run("snapshot schedule web --every 1h").err()).contains("--keep");
    assertThat(run("snapshot schedule web --off --keep 2").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void whereThereIsNoScheduleItIsSaidHowToSetOne() {
    String route = " /v1/instances/web/snapshot-schedule";
    for (String method : List.of("GET", "DELETE")) {
      daemon.refuse(
          method + route, 404, "schedule.not_found", "web has no schedule of snapshots", "PUT");
    }

    for (String options : List.of("", " --off")) {
      CommandLineRun run = run("snapshot schedule web" + options);
      assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
      assertThat(run.err())
          .contains(
              "[schedule.not_found]", "web has no schedule", "snapshot schedule NAME --every");
    }
  }

  @Test
  void aSnapshotThatIsNotTakenYetIsSaidToGoOn() {
    daemon.answer(
        "POST /v1/instances/web/snapshots",
        202,
        Samples.busy("web", "Running", "Running", "snapshot"));

    CommandLineRun run = run("snapshot create web");

    assertThat(run.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(run.err()).contains("not taken yet", "torpor snapshot ls web");
  }
}
