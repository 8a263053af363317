package torpor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobCommandsTest {
  private static final String ONE_JOB = "/v1/jobs/" + Samples.JOB_ID;
  private static final String CREATED =
      "{\"job_id\": \"" + Samples.JOB_ID + "\", \"repeated\": false}";

  private final FakeDaemon daemon = new FakeDaemon();

  @AfterEach
  void stop() {
    daemon.close();
  }

  @Test
  void spawnPrintsTheIdAloneAndSendsWhatWasSaid() {
    daemon.answer("POST /v1/jobs", 201, CREATED);

    CommandLineRun run =
        CommandLineRun.of(
            daemon,
            "job",
            "spawn",
            "crawler@2",
            "--params",
            "{\"pages\": 3}",
            "--env",
            "A=b",
            "--metadata",
            "team=x",
            "--timeout",
            "90s");

    assertThat(run).isEqualTo(new CommandLineRun(0, Samples.JOB_ID + "\n", ""));
    assertThat(daemon.onlyAsked("POST").body())
        .isEqualTo(
            "{\"definition_name\":\"crawler\",\"definition_version\":\"2\",\"params\":{\"pages\":3},"
                + "\"env\":{\"A\":\"b\"},\"metadata\":{\"team\":\"x\"},\"timeout\":\"1m30s\"}");
    assertThat(daemon.onlyAsked("POST").header("idempotency-key")).hasSize(36);
  }

  @Test
  void aBrokenConnectionIsTriedAgainUnderTheSameIdempotencyKey() {
    daemon.hangUp("POST /v1/jobs").answer("POST /v1/jobs", 201, CREATED);

    CommandLineRun run = CommandLineRun.of(daemon, "job", "spawn", "crawler");

    assertThat(run.exitCode()).isZero();
    assertThat(daemon.asked()).hasSize(2);
    assertThat(daemon.asked().get(0).header("idempotency-key"))
        .isNotEmpty()
        .isEqualTo(daemon.asked().get(1).header("idempotency-key"));
  }

  @Test
  void paramsComeFromAFileOrFromStdin(@TempDir Path directory) throws IOException {
    daemon.answer("POST /v1/jobs", 201, CREATED);
    Files.writeString(directory.resolve("p.json"), "[1]");
    Map<String, String> environment = Map.of("TORPOR_HOST", daemon.address());

    CommandLineRun.of(environment, directory, "", "job", "spawn", "a", "-p", "@p.json");
    CommandLineRun.of(environment, directory, "[2]", "job", "spawn", "a", "-p", "@-");

    assertThat(daemon.asked().get(0).body()).contains("\"params\":[1]");
    assertThat(daemon.asked().get(1).body()).contains("\"params\":[2]");
  }

  @Test
  void paramsThatAreNoJsonAreRefusedBeforeAnythingIsSent() {
    CommandLineRun run = CommandLineRun.of(daemon, "job", "spawn", "crawler", "-p", "{pages}");

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(run.err()).startsWith("torpor: --params is no JSON\n  why:").contains("\n  do:");
    assertThat(daemon.asked()).isEmpty();
  }

  @Test
  void aRefusalSaysWhatWhyAndWhatToDo() {
    daemon.refuse(
        "POST /v1/jobs", 404, "definition.not_found", "No definition is named x", "Add it first.");

    CommandLineRun run = CommandLineRun.of(daemon, "job", "spawn", "x");

    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            """
            torpor: refused [definition.not_found]
              why:  No definition is named x
              do:   Add it first.
            """);
  }

  @Test
  void waitingForAResultAsksAgainUntilTheJobHasEndedAndTakesItsExitCode() {
    String result = "GET " + ONE_JOB + "/result";
    daemon
        .answer("GET /v1/jobs/job_01", 200, Samples.job("running", ""))
        .refuse(result, 409, "job.not_ended", "still running", "Ask again.")
        .answer(result, 200, Samples.result("failed", "7", "{\"a\": 1}", "null"));

    CommandLineRun run = CommandLineRun.of(daemon, "job", "result", "job_01", "--wait");

    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.out()).isEqualTo("{\"a\":1}\n");
  }

  @Test
  void theResultOfAJobThatRunsSaysHowToWaitForIt() {
    daemon
        .answer("GET /v1/jobs/job_01", 200, Samples.job("running", ""))
        .refuse("GET " + ONE_JOB + "/result", 409, "job.not_ended", "running", "Send wait=true.");

    CommandLineRun run = CommandLineRun.of(daemon, "job", "result", "job_01");

    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err()).contains("has not ended", "--wait").doesNotContain("wait=true");
  }

  @Test
  void paramsThatAreCutOffAreToldWithoutTheParsersOwnWords() {
    CommandLineRun run = CommandLineRun.of(daemon, "job", "spawn", "x", "--params", "{\"a\": 1");

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(run.err())
        .contains("--params is no JSON", "Unexpected end")
        .doesNotContain("REDACTED");
  }

  @Test
  void aJobThatFailedWithoutAnExitCodeIsOneAndItsReasonIsTold() {
    String failure = "{\"reason\": \"oom_killed\", \"detail\": \"too big\", \"exit_code\": null}";
    daemon
        .answer("GET " + ONE_JOB, 200, Samples.job("failed", ""))
        .answer(
            "GET " + ONE_JOB + "/result", 200, Samples.result("failed", "null", "null", failure));

    CommandLineRun run = CommandLineRun.of(daemon, "job", "result", Samples.JOB_ID);

    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err()).contains("oom_killed: too big");
  }

  @Test
  void aWrongIdIsToldAtOnceAlsoWhenWaiting() {
    daemon.refuse("GET /v1/jobs/nope", 404, "job.not_found", "No job nope", "See torpor job ps.");

    CommandLineRun run = CommandLineRun.of(daemon, "job", "result", "nope", "--wait");

    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(daemon.asked()).hasSize(1);
  }

  @Test
  void psFollowsTheCursorUpToItsLimit() {
    String job = Samples.job("suspended", "");
    daemon
        .answer("GET /v1/jobs", 200, "{\"jobs\": [" + job + "], \"next_cursor\": \"c 1\"}")
        .answer("GET /v1/jobs", 200, "{\"jobs\": [" + job + "], \"next_cursor\": \"c2\"}");

    CommandLineRun run = CommandLineRun.of(daemon, "job", "ps", "-n", "2", "--state", "suspended");

    assertThat(run.out().lines()).hasSize(3);
    assertThat(run.out()).startsWith("ID  ").contains("crawler@2", "suspended", "WAITS FOR\n");
    assertThat(run.err()).contains("more jobs exist");
    assertThat(daemon.asked().get(1).target())
        .isEqualTo("/v1/jobs?limit=1&state=suspended&cursor=c%201");
  }

  @Test
  void anEmptyListIsAnEmptyArrayInJson() {
    daemon.answer("GET /v1/jobs", 200, "{\"jobs\": [], \"next_cursor\": null}");

    assertThat(CommandLineRun.of(daemon, "job", "ps", "-o", "json").out()).isEqualTo("[]\n");
  }

  @Test
  void showTellsWhatASleepingJobWaitsFor() {
    String waker = "\"waker\": {\"at\": null, \"signal\": \"go\"}";
    daemon.answer(
        "GET " + ONE_JOB, 200, Samples.job("suspended", "").replace("\"waker\": null", waker));

    CommandLineRun run = CommandLineRun.of(daemon, "job", "show", Samples.JOB_ID);

    assertThat(run.out()).containsPattern("waits for: +signal go\n");
    assertThat(run.out()).containsPattern("restored from: +snapshot 7\n");
  }

  @Test
  void aSignalCarriesItsPayloadAndItsNameIsEscaped() {
    daemon.answer(
        "POST " + ONE_JOB + "/signals/a b",
        202,
        "{\"job_id\": \"x\", \"name\": \"a b\", \"sequence\": 4}");

    CommandLineRun run =
        CommandLineRun.of(daemon, "job", "signal", Samples.JOB_ID, "a b", "{\"by\": 1}");

    assertThat(run.exitCode()).isZero();
    assertThat(daemon.onlyAsked("POST").target()).endsWith("/signals/a%20b");
    assertThat(daemon.onlyAsked("POST").body()).isEqualTo("{\"by\":1}");
  }

  @Test
  void retryGoesOnFromWhereItIsToldTo() {
    daemon.answer("POST " + ONE_JOB + "/retry", 200, Samples.job("restoring", ""));

    CommandLineRun.of(daemon, "job", "retry", Samples.JOB_ID, "--from", "5");
    assertThat(daemon.onlyAsked("POST").body()).isEqualTo("{\"from\":5}");
    CommandLineRun.of(daemon, "job", "retry", Samples.JOB_ID, "--from", "start");
    assertThat(daemon.onlyAsked("POST").body()).isEqualTo("{\"from\":\"start\"}");
    assertThat(CommandLineRun.of(daemon, "job", "retry", "x", "--from", "0").exitCode())
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void cancelSaysWhoWantsIt() {
    daemon.answer("POST " + ONE_JOB + "/cancel", 200, Samples.job("terminating", ""));

    CommandLineRun run = CommandLineRun.of(daemon, "job", "cancel", Samples.JOB_ID);

    assertThat(daemon.onlyAsked("POST").body()).isEqualTo("{\"by\":\"somebody\"}");
    assertThat(run.err()).isEqualTo(Samples.JOB_ID + " is terminating\n");
  }

  @Test
  void aLiveJobIsNotRemoved() {
    daemon.answer("GET /v1/jobs/x", 200, Samples.job("running", ""));

    CommandLineRun run = CommandLineRun.of(daemon, "job", "rm", "x");

    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(daemon.asked()).noneMatch(asked -> asked.method().equals("DELETE"));
  }

  @Test
  void anEndedJobIsRemoved() {
    String ended =
        Samples.job("completed", "")
            .replace("\"ended_at\": null", "\"ended_at\": \"2026-11-20T06:00:00Z\"");
    daemon.answer("GET /v1/jobs/x", 200, ended).answer("DELETE " + ONE_JOB, 204, "");

    assertThat(CommandLineRun.of(daemon, "job", "rm", "x").exitCode()).isZero();
    assertThat(daemon.onlyAsked("DELETE").target()).isEqualTo(ONE_JOB + "?remove=true");
  }
}
