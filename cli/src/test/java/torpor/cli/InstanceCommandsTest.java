package torpor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceCommandsTest {
  private static final String ALL = "/v1/instances";
  private static final String WEB = ALL + "/web";

  private final FakeDaemon daemon = new FakeDaemon();

  @AfterEach
  void stop() {
    daemon.close();
  }

  private CommandLineRun run(String commandLine) {
    return CommandLineRun.of(daemon, commandLine.split(" "));
  }

  @Test
  void psListsWhatRunsOrCanGoOn() {
    daemon.answer(
        "GET " + ALL,
        200,
        "[%s, %s, %s]"
            .formatted(
                Samples.instance("web", "Running"),
                Samples.instance("frozen", "Standby"),
                Samples.instance("old", "Stopped", "\"exit_code\": 3")));

    CommandLineRun live = run("ps");
    assertThat(live.exitCode()).isZero();
    assertThat(live.out().lines()).hasSize(3);
    assertThat(live.out()).startsWith("NAME ").contains("8080->80", "Standby");

    assertThat(run("ps -a").out()).contains("Stopped (3)");
    assertThat(run("ps --filter state=stopped").out()).contains("old").doesNotContain("web ");
    assertThat(run("ps --filter name=we --filter tag=team=web").out().lines()).hasSize(2);
    assertThat(run("ps --filter tag=team=other").out().lines()).hasSize(1);
    assertThat(run("ps -o json").out()).startsWith("[{\"id\":\"" + Samples.INSTANCE_ID);
  }

  @Test
  void psSaysWhatIsUnderWay() {
    daemon.answer(
        "GET " + ALL, 200, "[" + Samples.busy("web", "Running", "Standby", "standby") + "]");

    assertThat(run("ps").out()).contains("Running (standby)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "color=red", "name=", "=x"})
  void aFilterThatIsNoneIsToldWithThoseThatAre(String filter) {
    CommandLineRun run = run("ps --filter " + filter);

    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("--filter \"" + filter + "\" is none", "state=running");
    assertThat(daemon.asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"start", "stop", "pause", "resume", "standby", "restore"})
  void aVerbIsPostedAndTheStateSaid(String verb) {
    daemon.answer("POST " + WEB + "/" + verb, 200, Samples.instance("web", "Paused"));

    CommandLineRun run = run(verb + " web");

    assertThat(run).isEqualTo(new CommandLineRun(0, "", "web is Paused\n"));
    assertThat(daemon.onlyAsked("POST").body()).isEqualTo("{}");
    assertThat(run(verb + " web -o json").out()).contains("\"state\":\"Paused\"");
  }

  @Test
  void whatTakesLongIsWaitedFor() {
    daemon
        .answer(
            "POST " + WEB + "/standby", 202, Samples.busy("web", "Running", "Standby", "standby"))
        .answer(
            "GET " + ALL + "/" + Samples.INSTANCE_ID + "/wait",
            200,
            "{\"state\": \"Standby\", \"timed_out\": false}")
        .answer("GET " + ALL + "/" + Samples.INSTANCE_ID, 200, Samples.instance("web", "Standby"));

    assertThat(run("standby web").err()).isEqualTo("web is Standby\n");
    assertThat(daemon.asked().get(1).target())
        .endsWith("/wait?state=Standby&settled=true&timeout=60s");
  }

  @Test
  void whatFailsWhileItIsWaitedForSaysWhy() {
    String failed =
        Samples.busy("web", "Running", "Standby", "x").replace("\"operation\": \"x\"", failure());
    daemon
        .answer(
            "POST " + WEB + "/standby", 202, Samples.busy("web", "Running", "Standby", "standby"))
        .answer(
            "GET " + ALL + "/" + Samples.INSTANCE_ID + "/wait",
            200,
            "{\"state\": \"Running\", \"timed_out\": true}")
        .answer("GET " + ALL + "/" + Samples.INSTANCE_ID, 200, failed);

    CommandLineRun run = run("standby web");

    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err())
        .contains(
            "standby of web failed [disk.full]", "why:  the disk is full", "do:   Free some.");
  }

  private static String failure() {
    return "\"last_failure\": {\"operation\": \"standby\", \"at\": \"2026-11-20T06:00:00Z\","
        + " \"code\": \"disk.full\", \"detail\": \"the disk is full\","
        + " \"remediation\": \"Free some.\"}";
  }

  @Test
  void oneThatFailsDoesNotKeepTheOthersFromTheirTurn() {
    daemon
        .refuse("POST " + ALL + "/a/stop", 404, "instance.not_found", "no a", "See torpor ps.")
        .answer("POST " + WEB + "/stop", 200, Samples.instance("web", "Stopped"));

    CommandLineRun run = run("stop a web");

    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err()).contains("a:\n", "instance.not_found", "web is Stopped");
  }

  @Test
  void stopTakesSecondsAsDockerDoesAndDurations() {
    daemon.answer("POST " + WEB + "/stop", 200, Samples.instance("web", "Stopped"));

    run("stop -t 30 web");
    assertThat(daemon.onlyAsked("POST").body()).isEqualTo("{\"grace\":\"30s\"}");
    run("stop --grace 2m web");
    assertThat(daemon.onlyAsked("POST").body()).isEqualTo("{\"grace\":\"2m\"}");
    assertThat(run("stop -t soon web").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aRestoreNamesItsSnapshotByNumberOrName() {
    daemon.answer("POST " + WEB + "/restore", 200, Samples.instance("web", "Running"));

    run("restore web --snapshot 3 --allow-older");
    assertThat(daemon.onlyAsked("POST").body()).isEqualTo("{\"snapshot\":3,\"allow_older\":true}");
    run("snapshot restore web before-upgrade");
    assertThat(daemon.onlyAsked("POST").body()).isEqualTo("{\"snapshot\":\"before-upgrade\"}");
  }

  @Test
  void anOlderSnapshotIsRefusedWithTheOptionThatAllowsIt() {
    daemon.refuse("POST " + WEB + "/restore", 409, "snapshot.not_newest", "older", "allow_older");

    assertThat(run("restore web --snapshot 1").err()).contains("do:   add --allow-older");
  }

  @Test
  void forksPrintTheirIds() {
    daemon
        .answer("GET " + WEB, 200, Samples.instance("web", "Running"))
        .answer(
            "POST " + ALL + "/" + Samples.INSTANCE_ID + "/fork",
            201,
            "[%s, %s]"
                .formatted(
                    Samples.instance("copy-1", "Running"), Samples.instance("copy-2", "Running")));

    CommandLineRun run = run("fork web --count 2 --name copy");

    assertThat(run.out()).isEqualTo((Samples.INSTANCE_ID + "\n").repeat(2));
    assertThat(run.err()).isEqualTo("copy-1 is Running\ncopy-2 is Running\n");
    assertThat(daemon.onlyAsked("POST").body())
        .isEqualTo(
            "{\"name\":\"copy\",\"count\":2,\"from_running\":true,\"target_state\":\"Running\",\"ports\":[]}");
    assertThat(run("fork web --count 0").err()).contains("--count is 0");
  }

  @Test
  void oneForkIsAnsweredAlone() {
    daemon
        .answer("GET " + WEB, 200, Samples.instance("web", "Standby"))
        .answer(
            "POST " + ALL + "/" + Samples.INSTANCE_ID + "/fork",
            201,
            Samples.instance("web-fork", "Standby"));

    assertThat(run("fork web").out()).isEqualTo(Samples.INSTANCE_ID + "\n");
    assertThat(daemon.onlyAsked("POST").body()).contains("\"name\":\"web-fork\"");
  }

  @Test
  void whatRunsIsRemovedOnlyByForce() {
    daemon
        .answer("GET " + WEB, 200, Samples.instance("web", "Running"))
        .answer(
            "DELETE " + ALL + "/" + Samples.INSTANCE_ID, 202, Samples.instance("web", "Running"))
        .answer("DELETE " + ALL + "/" + Samples.INSTANCE_ID, 204, "");

    CommandLineRun careful = run("rm web");
    assertThat(careful.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(careful.err()).contains("it is Running", "torpor rm -f web");

    assertThat(run("rm -f web")).isEqualTo(new CommandLineRun(0, "", "removed web\n"));
    assertThat(daemon.targets()).filteredOn(target -> target.startsWith("DELETE")).hasSize(2);
  }

  @Test
  void logsArePrintedAsTheyAreAndFollowedUntilTheMachineHasEnded() {
    daemon
        .answer("GET " + WEB + "/logs", 200, "one\ntwo")
        .wholeStream(
            "GET " + ALL + "/job/logs", "id: 4\ndata: \"a \\\"b\\\"\"\n\nid: 8\ndata: \"\"\n\n")
        .answer("GET " + ALL + "/job", 200, Samples.instance("job", "Stopped"));

    assertThat(run("logs web --tail 2").out()).isEqualTo("one\ntwo");
    assertThat(daemon.asked().getFirst().target()).endsWith("/logs?tail=2");
    assertThat(run("logs -f job")).isEqualTo(new CommandLineRun(0, "a \"b\"\n\n", ""));
    assertThat(run("logs web --tail -1").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aStreamThatIsClosedWhileTheMachineGoesOnIsTakenUpWhereItEnded() {
    daemon
        .wholeStream("GET " + WEB + "/logs", "id: 4\ndata: \"a\"\n\n")
        .wholeStream("GET " + WEB + "/logs", "id: 8\ndata: \"b\"\n\n")
        .answer("GET " + WEB, 200, Samples.instance("web", "Running"))
        .answer("GET " + WEB, 200, Samples.instance("web", "Stopped"));

    assertThat(run("logs -f web").out()).isEqualTo("a\nb\n");
    assertThat(daemon.asked().get(2).header("last-event-id")).isEqualTo("4");
  }

  @Test
  void waitEndsWithTheStateAndSaysWhereItWillNotBe() {
    daemon
        .answer("GET " + WEB + "/wait", 200, "{\"state\": \"Creating\", \"timed_out\": true}")
        .answer("GET " + WEB + "/wait", 200, "{\"state\": \"Running\", \"timed_out\": false}")
        .answer(
            "GET " + WEB + "/wait",
            200,
            "{\"state\": \"Failed\", \"timed_out\": false, \"state_error\": \"no image\"}");

    assertThat(run("wait web --state running")).isEqualTo(new CommandLineRun(0, "Running\n", ""));
    CommandLineRun failed = run("wait web --state running --timeout 5s");
    assertThat(failed.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(failed.err()).contains("web is Failed and not running", "no image");
  }

  @Test
  void inspectPrintsEverythingAlsoWhatThisProgramDoesNotKnow() {
    daemon.answer("GET " + WEB, 200, "{\"id\": \"x\", \"invented_tomorrow\": [1]}");

    assertThat(run("inspect web").out()).contains("\"invented_tomorrow\" : [ 1 ]\n}");
  }

  @Test
  void statsAreOfAllThatRunOrOfThoseNamed() {
    daemon
        .answer(
            "GET " + ALL,
            200,
            "[" + Samples.instance("web", "Running") + "," + Samples.instance("b", "Standby") + "]")
        .answer(
            "GET " + ALL + "/" + Samples.INSTANCE_ID + "/stats",
            200,
            """
            {"instance_id": "i", "instance_name": "web", "allocated_vcpus": 2,
             "allocated_memory_bytes": 268435456, "cpu_seconds": 61.5,
             "memory_rss_bytes": 1048576, "memory_vms_bytes": 2, "memory_utilization_ratio": 0.1,
             "network_rx_bytes": 1024, "network_tx_bytes": 0}\
            """);

    CommandLineRun run = run("stats");

    assertThat(run.out().lines()).hasSize(2);
    assertThat(run.out()).contains("1m1s500ms", "1MiB", "256MiB", "1KiB");
  }
}
