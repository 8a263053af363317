package torpor.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import torpor.cli.ExitCode;
import torpor.wire.JobResult;
import torpor.wire.ProblemDetails;

/// Bad input to a daemon that runs: refused with what is wrong and what to do, and nothing of it
/// stays.
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadRequestsTest {
  private static final String BODY_LIMIT = "32KiB";

  @TempDir private static Path home;
  private RunningDaemon daemon;
  private Client client;

  @BeforeAll
  void startDaemon() {
    daemon =
        RunningDaemon.start(DaemonSetup.in(home).with("--set", "limits.max_body=" + BODY_LIMIT));
    client = daemon.client();
    client.define("counter", "wasm", Guests.wasm("c/examples/counter.wasm"), Optional.empty());
  }

  @AfterAll
  void nothingIsLeftOver() {
    try (RunningDaemon last = daemon) {
      LeakAudit.demandClean(last);
    }
    assertThat(daemon.log()).as("the daemon's log").doesNotContain("\tat ");
  }

  private void refused(Client.Answer answer, int status, String code) {
    assertThat(answer.status()).as("%s", answer).isEqualTo(status);
    ProblemDetails problem = answer.problem();
    assertThat(problem.code()).as("%s", answer).isEqualTo(code);
    assertThat(problem.detail()).isNotBlank();
    assertThat(problem.remediation()).isNotBlank();
    assertThat(answer.body()).doesNotContain("Exception", "\\tat ");
  }

  private static void explained(Torpor.Run run, int exitCode) {
    assertThat(run.exitCode()).as("%s", run).isEqualTo(exitCode);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("torpor: ").contains("  do:   ").doesNotContain("\tat ");
  }

  private Client.Answer spawn(String definition, String version) {
    return client.post(
        "/v1/jobs",
        "{\"definition_name\":\"%s\",\"definition_version\":\"%s\"}"
            .formatted(definition, version));
  }

  private Client.Answer define(String name, String runtime, String config) {
    return client.post(
        "/v1/definitions",
        "{\"name\":\"%s\",\"version\":\"1\",\"runtime\":\"%s\",\"config\":%s}"
            .formatted(name, runtime, config));
  }

  private static String module(Path file) {
    return "{\"module\":%s}".formatted(Guests.quoted(file.toString()));
  }

  @Test
  void anUnknownDefinitionOrVersionSpawnsNothing() throws Exception {
    int before = client.jobs().size();
    refused(spawn("nobody", "latest"), 404, "definition.not_found");
    refused(spawn("counter", "99"), 404, "definition.not_found");

    Torpor.Run run =
        Torpor.run(home, "job", "spawn", "nobody", "--host", "unix://" + daemon.setup().socket());
    explained(run, ExitCode.REFUSED);
    assertThat(client.jobs()).hasSize(before);
  }

  @Test
  void invalidJsonIsRefused() throws Exception {
    refused(client.post("/v1/jobs", "{\"definition_name\": "), 400, "request.invalid");
    refused(client.post("/v1/jobs", "{\"definition_nam\":\"counter\"}"), 400, "request.invalid");

    explained(
        Torpor.run(
            home,
            "job",
            "spawn",
            "counter",
            "--params",
            "{nonsense",
            "--host",
            "unix://" + daemon.setup().socket()),
        ExitCode.BAD_DATA);
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() {
    String params = "\"" + "x".repeat(64 << 10) + "\"";
    Client.Answer answer =
        client.post(
            "/v1/jobs", "{\"definition_name\":\"counter\",\"params\":%s}".formatted(params));
    refused(answer, 413, "request.too_large");
    assertThat(answer.problem().detail()).contains(BODY_LIMIT);
  }

  /// What the API asks of a program, with the secret of one that runs.
  @Test
  void aProgramsBadCallsAreRefusedByField() throws IOException {
    client.define(
        "teller", "process", Guests.shell("echo $TORPOR_API_TOKEN; sleep 600"), Optional.empty());
    String job = client.spawn("teller", "null");
    client.awaitState(job, "running");
    String secret = awaitLine(job);

    guest(job, secret, "checkpoint", "{}", 400, "token");
    guest(job, secret, "checkpoint", "{\"token\":\"" + "x".repeat(200) + "\"}", 400, "token");
    guest(job, secret, "checkpoint", suspended("-5s"), 400, "suspend_duration");
    guest(job, secret, "checkpoint", suspended("99999999d"), 400, "suspend_duration");
    guest(job, secret, "checkpoint", suspended("soon"), 400, "suspend_duration");
    guest(job, secret, "lock", "{\"ttl\":\"-1s\"}", 400, "ttl");
    guest(job, secret, "progress", "{\"percent\":101}", 400, "percent");
    guest(job, "0".repeat(40), "checkpoint", "{\"token\":\"t\"}", 401, "");
    guest(job, secret, "checkpoint", "{\"token\":\"t\"}", 501, "");
    assertThat(client.job(job).state()).as("after all of it").isEqualTo("running");

    assertThat(client.cancel(job).status()).isEqualTo(200);
    assertThat(client.result(job).state()).isEqualTo("cancelled");
  }

  private static String suspended(String duration) {
    return "{\"token\":\"t\",\"suspend_duration\":\"%s\"}".formatted(duration);
  }

  private String awaitLine(String job) {
    return Awaitility.await("the program's first line")
        .atMost(RunningDaemon.PATIENCE)
        .until(() -> client.console(job).strip(), line -> !line.isEmpty());
  }

  private void guest(String job, String secret, String call, String body, int status, String field)
      throws IOException {
    Client.Answer answer =
        client.once(
            "POST", "/jobs/" + job + "/" + call, body, Map.of("Authorization", "Bearer " + secret));
    assertThat(answer.status()).as("%s %s: %s", call, body, answer).isEqualTo(status);
    assertThat(answer.problem().remediation()).isNotBlank();
    assertThat(answer.problem().field().orElse("")).as("%s", answer).isEqualTo(field);
    assertThat(answer.body()).doesNotContain(secret);
  }

  @Test
  void whatIsNoModuleIsRefused() throws Exception {
    refused(define("poem", "wasm", module(Modules.thatIsNone(home))), 400, "image.invalid");
    refused(define("gone", "wasm", module(home.resolve("nowhere.wasm"))), 400, "image.invalid");
    assertThat(client.get("/v1/definitions/poem/latest").status()).isEqualTo(404);

    explained(
        Torpor.run(
            home,
            "definition",
            "add",
            "--module",
            "none.wasm",
            "--host",
            "unix://" + daemon.setup().socket()),
        ExitCode.BAD_DATA);
  }

  @Test
  void aModuleThatDeclaresFourGibibytesIsRefused() {
    Client.Answer answer = define("huge", "wasm", module(Modules.thatDeclaresFourGibibytes(home)));
    refused(answer, 400, "image.invalid");
    assertThat(answer.problem().detail()).containsIgnoringCase("memory");
  }

  @Test
  void aRuntimeThatIsNotThereIsRefused() {
    refused(define("vm", "abacus", "{}"), 400, "runtime.unknown");
    assertThat(client.get("/v1/definitions/vm/latest").status()).isEqualTo(404);
  }

  @Test
  void aRuntimeThatCannotRunOnThisHostIsRefusedWithWhatItLacks() {
    Client.Answer answer = define("vm", "qemu", "{}");
    refused(answer, 422, "runtime.unavailable");
    assertThat(answer.problem().remediation()).contains("torpor doctor");
    assertThat(client.get("/v1/definitions/vm/latest").status()).isEqualTo(404);
  }

  @Test
  void aModuleThatLoopsForEverIsInterruptedAndItsNeighbourGoesOn() throws IOException {
    Path loop = Modules.thatLoopsForEver(home);
    assertThat(Files.size(loop)).isPositive();
    Client.Answer added =
        client.post(
            "/v1/definitions",
            "{\"name\":\"loop\",\"version\":\"1\",\"runtime\":\"wasm\",\"config\":"
                + "{\"module\":%s,\"limits\":{\"cpu_time\":\"2s\"}},"
                    .formatted(Guests.quoted(loop.toString()))
                + "\"retry_policy\":{\"max_attempts\":1}}");
    assertThat(added.status()).as("%s", added).isEqualTo(201);
    String runaway = client.spawn("loop", "null");
    client.awaitState(runaway, "running,failed");
    String neighbour = client.spawn("counter", "{\"count\":5}");

    assertThat(client.output(neighbour).get("sum").asLong()).isEqualTo(55);
    JobResult result = client.result(runaway);
    assertThat(result.state()).isEqualTo("failed");
    assertThat(result.failure().orElseThrow().reason()).isEqualTo("deadline");
    assertThat(result.failure().orElseThrow().detail()).contains("2");
  }
}
